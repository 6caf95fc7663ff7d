package import Ports

extension Fleet {
    /// What answers the fleet's rules in Rego.
    package borrowing func policyEngine() -> any PolicyEngine {
        settings.engine.engine()
    }
}
