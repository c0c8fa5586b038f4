//! What stands in a one-time link, or opens the API: known to whoever has it, and here only as its hash.

use sha2::{Digest, Sha256};

/// A fresh token.
///
/// # Errors
/// When the system has no random numbers.
pub(in crate::crm) fn fresh() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes).map_err(|problem| anyhow::anyhow!("no random numbers: {problem}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What is stored of it.
pub(in crate::crm) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
