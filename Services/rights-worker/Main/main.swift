import Calendars
import RightsWorkerService
import Runtime

run(RightsWorker.self) {
    RightsWorker(
        calendars: Calendars.orEnd($0.rightsCalendars, holidays: $0.rightsHolidays),
        controller: Controller(name: $0.rightsController, contact: $0.rightsContact))
}
