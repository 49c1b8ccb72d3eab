//! FNV-1a, 64 bits: the same value on every machine and in every version, as a model file needs. Not for untrusted keys of a table.

#[derive(Clone, Copy, Debug)]
pub(crate) struct Hash(u64);

impl Hash {
    pub(crate) fn new() -> Hash {
        Hash(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        Hash::each(std::array::from_mut(self), bytes);
    }

    /// Appends the same bytes to several hashes: each waits for its own product, so four take hardly longer than one.
    #[inline]
    pub(crate) fn each<const N: usize>(hashes: &mut [Hash; N], bytes: &[u8]) {
        // A byte that UTF-8 never has parts one field from the next.
        for byte in bytes.iter().copied().chain([0xff]) {
            for hash in hashes.iter_mut() {
                hash.0 = (hash.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }

    /// The same eight bytes at a time, for files of megabytes; of another value than [`Hash::bytes`].
    pub(crate) fn blocks(&mut self, bytes: &[u8]) {
        let (blocks, rest) = bytes.split_at(bytes.len() & !7);
        for block in blocks.chunks_exact(8) {
            let block = u64::from_le_bytes(block.try_into().unwrap_or_default());
            // Without the turn, the upper bits of a block would never reach the lower ones of the hash.
            self.0 = (self.0 ^ block).wrapping_mul(0x0100_0000_01b3).rotate_left(29);
        }
        self.bytes(rest);
    }

    pub(crate) fn value(self) -> u64 {
        self.0
    }
}

/// Hashes of tables in memory: quick, and of other values in every process, so that no text can be made whose words all fall into one place.
#[derive(Clone, Copy)]
pub(crate) struct Seed(u64, u64);

impl Seed {
    pub(crate) fn new() -> Seed {
        use std::hash::{BuildHasher, RandomState};
        let state = RandomState::new();
        Seed(state.hash_one(1), state.hash_one(2))
    }

    #[inline]
    pub(crate) fn of_pair(self, low: u64, high: u64) -> u64 {
        mix(low ^ self.0, high ^ self.1)
    }

    #[inline]
    pub(crate) fn of_bytes(self, bytes: &[u8]) -> u64 {
        let mut hash = self.0 ^ bytes.len() as u64;
        let mut rest = bytes;
        while let Some((chunk, tail)) = rest.split_first_chunk::<8>().filter(|(_, tail)| !tail.is_empty()) {
            hash = mix(hash ^ u64::from_le_bytes(*chunk), self.1);
            rest = tail;
        }
        // The last eight bytes at once, some of them a second time; of a shorter word, both of its ends.
        let last = match (bytes.last_chunk::<8>(), bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(last), ..) => u64::from_le_bytes(*last),
            (_, Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)),
            _ => bytes.iter().fold(0, |last, byte| last << 8 | u64::from(*byte)),
        };
        mix(hash ^ last, self.1)
    }
}

/// Both halves of a product depend on all bits of both factors.
#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}
