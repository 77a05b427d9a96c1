// Stands where @nostr-relay asks for better-sqlite3, which its peer in bench/relay-peer.ts never opens.
module.exports = class NoDriver {
  constructor() {
    throw new Error('this project installs no better-sqlite3: give the repository a driver, as bench/relay-peer.ts does');
  }
};
