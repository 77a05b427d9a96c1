// Addresses as they are written.

export const isKey = (text: string): boolean => text.startsWith('npub1');
