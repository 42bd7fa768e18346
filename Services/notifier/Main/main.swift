import NotifierService
import Runtime

run(Notifier.self) { Notifier(mailFrom: $0.mailFrom, officer: $0.officer, language: $0.officerLanguage) }
