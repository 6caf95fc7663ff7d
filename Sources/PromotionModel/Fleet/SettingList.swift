/// Settings by their paths, sorted, each path once.
///
/// Two lists of a hundred thousand are compared by going through both; mappings would be looked up one by the other.
package struct SettingList: Hashable, Sendable {
    package struct Setting: Hashable, Sendable {
        package let path: String
        package let text: String

        package init(path: String, text: String) {
            self.path = path
            self.text = text
        }
    }

    private let settings: [Setting]

    /// - Parameter settings: No two of one path; quickest where they are nearly sorted.
    package init(_ settings: [Setting]) {
        self.settings = settings.sorted { $0.path < $1.path }
    }

    package init(_ texts: [String: String]) {
        self.init(texts.map { Setting(path: $0.key, text: $0.value) })
    }

    /// All paths, sorted.
    package var paths: [String] {
        settings.map(\.path)
    }

    /// The text of the setting at `path`; `nil` where there is none.
    package subscript(path: String) -> String? {
        var range = settings.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if settings[middle].path == path { return settings[middle].text }
            range = settings[middle].path < path ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    /// What `body` makes of each setting, in order of the paths.
    package func map<Value>(_ body: (Setting) -> Value) -> [Value] {
        settings.map(body)
    }

    /// The paths of all settings that both do not have alike, sorted.
    package func differences(from other: SettingList) -> [String] {
        var paths: [String] = []
        var (index, place) = (0, 0)
        while index < settings.count, place < other.settings.count {
            if settings[index].path == other.settings[place].path {
                if settings[index].text != other.settings[place].text { paths.append(settings[index].path) }
                index += 1
                place += 1
            } else if settings[index].path < other.settings[place].path {
                paths.append(settings[index].path)
                index += 1
            } else {
                paths.append(other.settings[place].path)
                place += 1
            }
        }
        paths += settings[index...].lazy.map(\.path)
        paths += other.settings[place...].lazy.map(\.path)
        return paths
    }
}
