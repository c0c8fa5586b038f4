//! Which quote ids the search for carts asks for. Pure.

/// Ids in one block: so many that are missing cost a store a fifth of a second in a bulk read (measured).
const BLOCK: i64 = 100;
/// The same where each id is a call of its own.
const BLOCK_OF_SINGLES: i64 = 3;
/// Nothing is looked for further above the greatest known id.
const FURTHEST: i64 = 100_000;

/// A block of ids, both inclusive.
pub(super) type Block = (i64, i64);

/// How many ids a block has.
pub(super) fn block_size(bulk: bool) -> i64 {
    if bulk { BLOCK } else { BLOCK_OF_SINGLES }
}

/// The block right above the greatest known id.
pub(super) fn above(highest: i64, size: i64) -> Block {
    (highest + 1, highest + size)
}

/// Blocks at doubling distances above the greatest known id: ids are dense, but a shop that deletes carts, or was restored,
/// may have a gap.
pub(super) fn probes(highest: i64, size: i64) -> Vec<Block> {
    let distances = std::iter::successors(Some(BLOCK), |distance| Some(distance * 2));
    distances
        .take_while(|distance| *distance <= FURTHEST)
        .map(|distance| (highest + distance + 1, highest + distance + size))
        .collect()
}

/// The block below what the downward sweep has come to; `None` at the bottom.
pub(super) fn below(reached: i64, size: i64) -> Option<Block> {
    let to = reached - 1;
    (to >= 1).then(|| ((to - size + 1).max(1), to))
}

/// How a budget of requests is divided: first what is new, then active carts, and what is left for older ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Budget {
    left: u64,
}

impl Budget {
    pub(super) fn new(requests: u64) -> Self {
        Self { left: requests }
    }

    /// So many requests were made.
    pub(super) fn spend(&mut self, requests: u64) {
        self.left = self.left.saturating_sub(requests);
    }

    /// Is there anything left?
    pub(super) fn allows(self) -> bool {
        self.left > 0
    }

    /// At most so many of what is left, and never more than half of it, so that nothing starves.
    pub(super) fn half(self) -> Self {
        Self { left: self.left.div_ceil(2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_carts_are_looked_for_right_above_and_at_doubling_distances() {
        assert_eq!(above(3_200, 100), (3_201, 3_300));
        let probes = probes(3_200, 100);
        assert_eq!(probes[0], (3_301, 3_400));
        assert_eq!(probes[1], (3_401, 3_500));
        assert_eq!(probes[2], (3_601, 3_700));
        assert_eq!(probes.len(), 10);
        assert!(probes.iter().all(|(from, _)| *from <= 3_200 + FURTHEST));
    }

    #[test]
    fn older_carts_are_met_block_by_block_down_to_the_first() {
        let mut reached = 251;
        let mut blocks = Vec::new();
        while let Some(block) = below(reached, 100) {
            blocks.push(block);
            reached = block.0;
        }
        assert_eq!(blocks, [(151, 250), (51, 150), (1, 50)]);
        assert_eq!(below(1, 100), None);
    }

    #[test]
    fn a_budget_is_never_overdrawn_and_half_of_one_is_something() {
        let mut budget = Budget::new(3);
        assert!(budget.half().allows());
        budget.spend(2);
        assert!(budget.allows() && budget.half().allows());
        budget.spend(7);
        assert!(!budget.allows() && !budget.half().allows());
    }
}
