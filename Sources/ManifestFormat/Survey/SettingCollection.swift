import PromotionModel

/// The settings of one environment, within bounds.
struct SettingCollection: Sendable {
    private let limits: SurveyLimits
    /// In order of appearance, which is nearly that of the paths.
    private(set) var settings: [SettingList.Setting] = []
    private var paths: Set<String> = []
    private var bytes = 0
    private var titles: Set<String> = []
    /// How often each title or path that is used again was used.
    private var repeats: [String: Int] = [:]

    init(limits: SurveyLimits) {
        self.limits = limits
    }

    var count: Int {
        settings.count
    }

    /// The title for one more object called `title`: numbered from the second on, in order of appearance.
    mutating func claim(_ title: String) -> String {
        var free = title
        while !titles.insert(free).inserted { free = next(title) }
        return free
    }

    private mutating func next(_ text: String) -> String {
        repeats[text, default: 1] += 1
        return "\(text)#\(repeats[text, default: 1])"
    }

    /// Counts `count` bytes, before anything is done with them.
    mutating func charge(_ count: Int, at place: Place) throws(Problem) {
        bytes += count
        guard bytes <= limits.maxBytes else {
            throw Problem(place, "the settings of one environment take more than \(limits.maxBytes / 1_048_576) MiB")
        }
    }

    /// Adds a setting, whose text was counted; a path that is taken, which takes odd names of files, is numbered.
    mutating func add(_ path: String, _ text: String, at place: Place) throws(Problem) {
        guard settings.count < limits.maxSettings else {
            throw Problem(place, "more than \(limits.maxSettings) settings in one environment")
        }
        try charge(path.utf8.count, at: place)
        var free = path
        while !paths.insert(free).inserted { free = next(path) }
        settings.append(SettingList.Setting(path: free, text: text))
    }

    /// `path` with `segment` behind it.
    func path(_ path: String, _ segment: String, at place: Place) throws(Problem) -> String {
        guard path.utf8.count + segment.utf8.count <= limits.maxPathBytes else {
            throw Problem(place, "the path of a setting is longer than \(limits.maxPathBytes) bytes")
        }
        return path + segment
    }
}

/// How the keys of a document become the path of a setting.
enum SettingPath {
    /// The segment of a mapping's key: `.key`, or `[key]` where the key itself holds what separates segments.
    static func segment(key: String, isFirst: Bool) -> String {
        isPlain(key) ? (isFirst ? key : "." + key) : bracketed(key)
    }

    /// The segment of a list's item, by its name or its index: `[web]`, `[0]`.
    static func bracketed(_ text: String) -> String {
        var result = "["
        for scalar in text.printable.unicodeScalars {
            if scalar == "[" || scalar == "]" || scalar == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "]"
    }

    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"),
                    UInt8(ascii: "$"), UInt8(ascii: "@"):
                    true
                default: false
                }
            }
    }
}
