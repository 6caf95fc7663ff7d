import Foundation
import Renderers
import TestSupport
import Testing

/// What renderers are given, and what becomes of those that fail; the programs are scripts of the tests' own.
@Suite struct RenderingRoomTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory("renderers")
    }

    private func output(_ outcome: RenderingRoom.Outcome) throws -> String {
        guard case .rendered(let bytes) = outcome else { throw Program.Failure(description: "\(outcome)") }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [("kubectl", "kustomize"), ("kustomize-5", "build")])
    func `a kustomization is rendered over a copy of the files`(name: String, verb: String) throws {
        let program = try folder.script(name, #"echo "$1"; cat "$2/kustomization.yaml" "$2/../base/x.yaml""#)
        let room = try RenderingRoom(RendererPrograms(paths: [.kustomize: program]))
        try room.write(Array("overlay\n".utf8), to: "prod/kustomization.yaml")
        try room.write(Array("base\n".utf8), to: "base/x.yaml")
        #expect(try output(room.kustomize("prod")) == "\(verb)\noverlay\nbase\n")
    }

    @Test func `a renderer sees no home, no variable of ours and no program by name`() throws {
        let program = try folder.script("kubectl", "/usr/bin/printenv | sort")
        let room = try RenderingRoom(RendererPrograms(paths: [.kustomize: program]))
        let names = try output(room.kustomize("")).split(separator: "\n").map { $0.prefix { $0 != "=" } }
        #expect(!names.contains("HOME"))
        #expect(!names.contains("USER"))
        #expect(names.contains("HELM_PLUGINS"))
    }

    @Test func `values and names of a release reach helm, and no name is taken for an option`() throws {
        let program = try folder.script("helm", #"echo "$@" | sed "s#[^ ]*towpath-[^/]*/##g"; cat "$5""#)
        let room = try RenderingRoom(RendererPrograms(paths: [.helm: program]))
        let request = HelmRequest(
            chart: "charts/web", name: "--post-renderer", namespace: "shop", values: Array("{a: 1}\n".utf8))
        #expect(
            try output(room.helm(request))
                == "template release tree/charts/web --values home/values.yaml --namespace shop\n{a: 1}\n")
    }

    @Test func `a failure is told in one line without the temporary folder`() throws {
        let program = try folder.script(
            "kubectl", #"echo "Error: $2/kustomization.yaml:" >&2; echo "no such file" >&2; exit 3"#)
        let room = try RenderingRoom(RendererPrograms(paths: [.kustomize: program]))
        #expect(
            room.kustomize("prod") == .failed("exit code 3: Error: prod/kustomization.yaml: no such file"))
    }

    @Test func `time and output are bounded`() throws {
        let slow = try folder.script("kubectl", "while :; do :; done")
        var limits = RenderingLimits(timeLimit: .milliseconds(200))
        let waiting = try RenderingRoom(RendererPrograms(paths: [.kustomize: slow]), limits: limits)
        #expect(waiting.kustomize("") == .failed("took longer than 0 s"))
        limits = RenderingLimits(outputLimit: 1 << 20)
        let loud = try folder.script(
            "kustomize", "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done")
        let room = try RenderingRoom(RendererPrograms(paths: [.kustomize: loud]), limits: limits)
        #expect(room.kustomize("") == .failed("wrote more than 1 MiB"))
        let spent = try RenderingRoom(
            RendererPrograms(paths: [.kustomize: slow]), limits: RenderingLimits(totalTimeLimit: .zero))
        #expect(spent.kustomize("") == .failed("not reached: all renderers together may take 0 s"))
    }

    @Test func `a renderer that is not there is named with the way out`() throws {
        let room = try RenderingRoom(RendererPrograms())
        #expect(room.kustomize("") == .failed("no kustomize is there; name one: --kustomize or TOWPATH_KUSTOMIZE"))
    }

    @Test func `without a network nothing but this machine is there`() throws {
        let unshare = "/usr/bin/unshare"
        let program = try folder.script("kubectl", "cat /proc/net/dev | tail -n +3 | wc -l")
        let room = try RenderingRoom(RendererPrograms(paths: [.kustomize: program], unshare: unshare))
        let count = try output(room.kustomize("")).trimmingCharacters(in: .whitespacesAndNewlines)
        if room.isCutOff { #expect(count == "1") }
    }
}
