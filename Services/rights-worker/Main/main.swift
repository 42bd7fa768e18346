import Calendars
import RightsWorkerService
import Runtime
run(RightsWorker.self) { RightsWorker(calendars: Calendars.orEnd($0.rightsCalendars, holidays: $0.rightsHolidays)) }
