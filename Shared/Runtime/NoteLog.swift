import Engine
import Schema

/// What shards note, as log lines.
enum NoteLog {
    static func write(_ note: Note, partition: Int32, to log: Logger) {
        let place = [("partition", "\(partition)")]
        switch note {
        case .started(let unread, let rows):
            log.info("partition starts", place + [("outbox", "\(rows)"), ("unread", "\(unread)")])
        case .loaded: log.info("has read what everybody must know", place)
        case .stalled(let stall):
            log.error(
                "partition stands still",
                place + [("reason", stall.reason.rawValue), ("detail", stall.detail), ("remedy", stall.remedy)])
        case .resumed: log.notice("partition goes on", place)
        case .restored(let rows):
            log.notice("restored file has lost who was erased since its backup", place + [("rows", "\(rows)")])
        case .movedToNewCluster: log.notice("drained file moves to a new cluster", place)
        case .misplaced(let topic, let source):
            log.warning(
                "a client puts records into wrong partitions; they are sent on",
                place + [("topic", topic.text), ("source", source), ("remedy", "set partitioner=murmur2_random")])
        case .passed(let topic, let from, let to):
            log.warning(
                "a batch does not decompress or check; it is passed",
                place + [("topic", topic.text), ("from", "\(from)"), ("to", "\(to)")])
        case .hole(let topic, let origin, let expected, let found):
            log.warning(
                "rows are missing on a link",
                place + [("topic", topic.text), ("origin", origin), ("expected", "\(expected)"), ("found", "\(found)")])
        case .resending(let topic, let destination, let from):
            log.warning(
                "a delivery failed; the link is sent again",
                place + [("topic", topic.text), ("to", "\(destination)"), ("from", "\(from)")])
        case .alarm(let alarm):
            log.warning(
                "alarm", place + [("alarm", alarm.name.text), ("subject", alarm.subject), ("remedy", alarm.remedy)])
        case .alarmCleared(let name, let subject):
            log.notice("alarm is over", place + [("alarm", name.text), ("subject", subject)])
        case .backPressure(let isOn, let rows):
            log.warning("outbox bound", place + [("reading", isOn ? "stopped" : "goes on"), ("rows", "\(rows)")])
        }
    }
}
