package import PromotionModel
import YAMLSource

/// A chart with values, as something in the repository says that it is to be installed.
package struct Release: Sendable {
    /// Where the chart is.
    package enum Chart: Hashable, Sendable {
        /// In this folder of the repository.
        case folder(String)
        /// Not in the repository; what it is called.
        case elsewhere(String)
    }

    /// One layer of values, a later one over an earlier one.
    enum Layer: Sendable {
        case file(String, isOptional: Bool, at: Place)
        case values(YAMLNode, ValuesSource)
        /// YAML in the text of a scalar.
        case text(YAMLNode, ValuesSource)
        /// One value at a path.
        case parameter(String, YAMLNode, ValuesSource)
        /// Under a key of a ConfigMap; all of the values, or the one at a path.
        case configMap(String, key: String, path: String?, isOptional: Bool, at: Place)
    }

    /// What stands before the names of its components; empty for none.
    package let owner: String
    /// What Helm calls it.
    package let name: String
    package let namespace: String?
    package let chart: Chart
    /// Files of the chart that stand in place of its `values.yaml`; `nil` for that.
    let chartFiles: [String]?
    let layers: [Layer]
    package let place: Place
    /// What belongs to its values and is not in the repository; the rest is shown.
    let unseen: [Problem]

    init(
        owner: String, name: String, namespace: String? = nil, chart: Chart, chartFiles: [String]? = nil,
        layers: [Layer], place: Place, unseen: [Problem] = []
    ) {
        self.owner = owner
        self.name = name
        self.namespace = namespace
        self.chart = chart
        self.chartFiles = chartFiles
        self.layers = layers
        self.place = place
        self.unseen = unseen
    }

    /// The release of a chart in the repository with the values files `files`, in their order.
    package init(ofChart folder: String, files: [String]) {
        self.init(
            owner: "", name: folder.split(separator: "/").last.map(String.init) ?? "chart", chart: .folder(folder),
            layers: files.map { .file($0, isOptional: false, at: Place(file: $0)) },
            place: Place(file: RepositoryPath.join(folder, "Chart.yaml")))
    }

    /// The files that its layers name.
    package var files: [String] {
        layers.compactMap { layer in
            if case .file(let path, _, _) = layer { path } else { nil }
        }
    }
}
