//! Names of elements, each allocated once: a message repeats a few hundred of them a million times.

use std::sync::Arc;

const PLACES: usize = 1_024;

/// The names met lately, each at a place that its letters tell. Two that fall on one place take turns: that costs an
/// allocation and nothing else.
pub(super) struct Names(Vec<Option<Arc<str>>>);

impl Names {
    pub(super) fn new() -> Self {
        Self(vec![None; PLACES])
    }

    /// The shared name with these letters.
    pub(super) fn share(&mut self, name: &str) -> Arc<str> {
        let Some(place) = self.0.get_mut(place(name)) else {
            return name.into();
        };
        match place {
            Some(known) if **known == *name => Arc::clone(known),
            _ => Arc::clone(place.insert(name.into())),
        }
    }
}

/// FNV-1a, short and good enough for short names.
fn place(name: &str) -> usize {
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 15)) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_allocated_once() {
        let mut names = Names::new();
        let first = names.share("base_grand_total");
        assert!(Arc::ptr_eq(&first, &names.share("base_grand_total")));
        for number in 0..10_000 {
            assert_eq!(&*names.share(&format!("name_{number}")), format!("name_{number}"));
        }
        assert_eq!(first, names.share("base_grand_total"));
    }
}
