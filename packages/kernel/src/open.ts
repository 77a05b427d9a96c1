/** The opening half: what turns ciphertext into plaintext. Relay and ledger servers must not import it. */
export {};
