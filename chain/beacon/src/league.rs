//! Draws the league [P15]: the list of an epoch's leaders. Invariant: a validator has at most one seat in the league.
//! Every machine derives the same league.

use crate::draw::Draw;
use chain_types::{Digest, Epoch, Height, View};

/// Draws `seats` distinct committee indices by believability, in the order drawn; all of them when there are fewer.
/// Members without believability are drawn last, uniformly.
pub fn league(epoch: Epoch, randomness: Digest, believabilities: &[u128], seats: u16) -> Vec<u16> {
    let label = [b"league".as_slice(), &epoch.0.to_le_bytes()].concat();
    let mut draw = Draw::new(randomness, &label);
    let mut remaining: Vec<(u16, u128)> = (0..).zip(believabilities.iter().copied()).collect();
    let mut leaders = Vec::with_capacity(usize::from(seats).min(remaining.len()));
    while leaders.len() < usize::from(seats) && !remaining.is_empty() {
        leaders.push(remaining.remove(draw_index(&mut draw, &remaining)).0);
    }
    leaders
}

/// Draws an index into `remaining`, by weight.
fn draw_index(draw: &mut Draw<'_>, remaining: &[(u16, u128)]) -> usize {
    let total = remaining.iter().fold(0_u128, |sum, (_, weight)| sum.saturating_add(*weight));
    if total == 0 {
        let place = draw.below(u128::try_from(remaining.len()).unwrap_or(u128::MAX));
        return usize::try_from(place).unwrap_or(0);
    }
    let mut point = draw.below(total);
    for (place, (_, weight)) in remaining.iter().enumerate() {
        match point.checked_sub(*weight) {
            Some(rest) => point = rest,
            None => return place,
        }
    }
    0
}

/// The leader of a view of a height: the league in turn. Each height begins with the next leader, and each further view
/// moves on by one, so a silent leader is skipped. `None` only for an empty league.
pub fn leader(league: &[u16], height: Height, view: View) -> Option<u16> {
    let turn = u128::from(height.0).saturating_add(u128::from(view.0));
    let place = turn.checked_rem(u128::try_from(league.len()).ok()?)?;
    league.get(usize::try_from(place).ok()?).copied()
}
