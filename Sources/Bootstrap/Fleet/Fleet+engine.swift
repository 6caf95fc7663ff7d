package import Ports

extension Fleet {
    /// What answers the fleet's rules in Rego.
    package borrowing func policyEngine() -> any PolicyEngine {
        settings.engine.engine()
    }

    /// What verifies OpenPGP signatures of commits.
    package borrowing func openPGPVerifier() -> any OpenPGPVerifier {
        settings.signing.openPGPVerifier()
    }
}
