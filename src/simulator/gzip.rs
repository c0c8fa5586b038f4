//! Gzip with nothing compressed: enough for a client to have to decode it.

const HEADER: usize = 10;

/// The most a stored block holds.
const BLOCK: usize = 0xffff;

/// A gzip member of stored blocks.
pub(super) fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut blocks = bytes.chunks(BLOCK).peekable();
    if bytes.is_empty() {
        out.extend_from_slice(&[1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&crc(bytes).to_le_bytes());
    let size = u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or(0);
    out.extend_from_slice(&size.to_le_bytes());
    out
}

/// A gzip member of the bytes and then so many line breaks that they become `size` together, a hundredth of it long.
/// Its checksum is none: whoever reads so far has lost already.
pub(super) fn bomb(bytes: &[u8], size: usize) -> Vec<u8> {
    const LINE_BREAK: u32 = 0b0011_1010;
    /// 258 bytes (eight bits) from one byte back (five bits), in the fixed code.
    const REPEAT: u32 = 0b1_1000_1010_0000;
    let mut bits = Bits { out: stored(bytes), used: 8 };
    // Not the last block after all; what follows it is compressed.
    let last = HEADER + bytes.len().saturating_sub(1) / BLOCK * (BLOCK + 5);
    bits.out.truncate(bits.out.len() - 8);
    bits.out[last] = 0;
    bits.push(0b110, 3);
    bits.push(LINE_BREAK, 8);
    for _ in 0..size.saturating_sub(bytes.len()) / 258 {
        bits.push(REPEAT, 13);
    }
    bits.push(0, 7);
    bits.out.extend_from_slice(&[0; 8]);
    bits.out
}

/// Bits of Huffman codes, each code's first bit first.
struct Bits {
    out: Vec<u8>,
    /// Of the last byte.
    used: u8,
}

impl Bits {
    fn push(&mut self, code: u32, length: u8) {
        for at in (0..length).rev() {
            if self.used == 8 {
                self.out.push(0);
                self.used = 0;
            }
            if let Some(last) = self.out.last_mut() {
                *last |= u8::from(code >> at & 1 == 1) << self.used;
            }
            self.used += 1;
        }
    }
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    #[test]
    fn sums_like_everybody_else() {
        assert_eq!(super::crc(b"123456789"), 0xcbf4_3926);
    }
}
