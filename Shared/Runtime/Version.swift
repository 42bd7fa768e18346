/// The version of the programs, as `--version`, the run files and the log name it. Semantic Versioning 2.0.0.
package enum Version {
    /// Major, minor and patch.
    package static let text = "0.1.0"
}
