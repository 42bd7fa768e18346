import NotifierService
import Runtime

run(Notifier.self) { Notifier(mailFrom: $0.mailFrom) }
