/// How the bytes of a stream are written; all of them become the same tree, and are edited in the same way.
package enum SourceSyntax: Hashable, Sendable {
    /// YAML 1.1 as libyaml reads it; also JSON, where it has no escapes of its own.
    case yaml
    /// JSON (RFC 8259), strictly.
    case json
    /// Definitions of variables in the language of Terraform: literal values only.
    case hcl
    /// One line of text, which is one scalar.
    case text
}
