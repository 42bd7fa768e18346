import Schema

/// Each service has a file for each of n partitions, once, and each file is what its place says.
package struct FilesAreComplete: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        var partitions: Set<Int64> = []
        var places: Set<String> = []
        for file in world.files {
            let lines = try file.lines("SELECT service, partition, partitions FROM file")
            guard lines.count == 1, let line = lines.first else {
                judgement.look(false, "\(file.place): the file does not say what it is")
                continue
            }
            let (service, partition) = (try line.text(0), try line.integer(1))
            judgement.look(
                service == file.service && partition == Int64(file.partition),
                "\(file.place): the file is that of \(service)/\(partition)")
            let place = "\(service)/\(partition)"
            if !places.insert(place).inserted { judgement.breaks("\(place): two files") }
            partitions.insert(try line.integer(2))
        }
        if partitions.count != 1 { judgement.breaks("the files are made for \(partitions.sorted()) partitions") }
        for service in Set(world.files.map(\.service)).sorted() {
            for partition in 0..<(partitions.max() ?? 0) where !places.contains("\(service)/\(partition)") {
                judgement.breaks("\(service)/\(partition): no file")
            }
        }
        return judgement.finding(self, "files")
    }
}
