//! One value of every encoded type by which validators change. Invariant: as for [`crate::sample`].

use crate::{
    crossing::block,
    sample::{TENANT, genesis},
};
use chain_types::{
    Digest, Epoch, Event, Genesis, Height, Operation, PublicKey, TxId,
    beacon::{
        self, AssignmentMode, GenesisValidator, HandOver, HandOverProof, Offence, Parameters, SlashShares, ValidatorId,
    },
    genesis::GenesisBeacon,
    merkle::Path,
    state::StateKey,
    validator::{Validator, ValidatorSet},
};

const EPOCH: Epoch = Epoch(0xa1);
const VALIDATOR: ValidatorId = ValidatorId(0xa2);

/// A genesis document with a beacon.
pub(crate) fn genesis_with_beacon() -> Genesis {
    let plain = genesis();
    let validators = plain.validators.validators.iter().zip([0xa3_u8, 0xa6]);
    let validators = validators.map(|(validator, seed)| GenesisValidator {
        operator: TENANT,
        key: validator.key,
        network_key: PublicKey([seed; 32]),
        randomness_key: [seed + 1; 32],
        bond: u64::from(seed + 2),
    });
    let parameters = Parameters {
        shards: 2,
        epoch_blocks: 0xa9,
        dealing_blocks: 0xaa,
        seats: 0xab,
        league_seats: 0xac,
        bond_min: 0xad,
        operator_cap_ppm: 0xae,
        adversary_ppm: 0xaf,
        assignment: AssignmentMode::Sampled { failure_bits: 0xb0 },
        slash: SlashShares { equivocation: 0xb1, broken_receipt: 0xb2, bad_deal: 0xb3, reporter: 0xb4, fund: 0xb5 },
    };
    let beacon = GenesisBeacon { parameters, validators: validators.collect() };
    Genesis { beacon: Some(beacon), ..plain }
}

fn set(weight: u64) -> ValidatorSet {
    let validators = genesis().validators.validators;
    let validators = validators.into_iter().map(|validator| Validator { weight, ..validator });
    ValidatorSet { epoch: EPOCH, validators: validators.collect() }
}

pub(crate) fn hand_over() -> HandOver {
    HandOver {
        height: Height(0xb6),
        randomness: Digest([0xb7; 32]),
        committee: set(0xb8),
        league: vec![0, 1],
        sampled: vec![set(0xb9)],
    }
}

pub(crate) fn hand_over_proof() -> HandOverProof {
    HandOverProof {
        block: block(),
        hand_over: hand_over(),
        tx_id: TxId(Digest([0xba; 32])),
        index: 0xbb,
        core: vec![0xbc; 3],
        body: Digest([0xbd; 32]),
        path: Path { index: 5, size: 7, siblings: vec![Digest([0xbe; 32])] },
    }
}

/// Those by which an epoch ends; the others are frozen with the beacon.
pub(crate) fn operations() -> [(&'static str, Operation); 2] {
    [
        ("command_core_end_epoch", Operation::Beacon(beacon::Operation::EndEpoch { epoch: EPOCH })),
        ("command_core_enter_epoch", Operation::Beacon(beacon::Operation::EnterEpoch(Box::new(hand_over_proof())))),
    ]
}

/// Each under its own name, as reports show it.
pub(crate) fn events() -> Vec<(&'static str, Event)> {
    use beacon::Event as Decided;
    let (validator, epoch) = (VALIDATOR, EPOCH);
    let events = [
        Decided::Registered { validator, bond: 0xc0 },
        Decided::SyncAcknowledged { validator, epoch },
        Decided::LeaveAnnounced { validator },
        Decided::Returned { validator },
        Decided::DealAccepted { epoch, dealer: 0xc1 },
        Decided::SharesRevealed { epoch, holder: 0xc2 },
        Decided::Convicted {
            validator,
            offence: Offence::BrokenReceipt,
            slashed: 0xc3,
            rewarded: 0xc4,
            compensated: 0xc5,
            burned: 0xc6,
        },
        Decided::Withdrawn { tenant: TENANT, amount: 0xc7 },
        Decided::Attended { height: Height(0xc8), signers: 0xc9 },
        Decided::EpochEnded(Box::new(hand_over())),
        Decided::EpochEntered(Box::new(hand_over())),
    ];
    events.into_iter().map(|event| (event.name(), Event::Beacon(event))).collect()
}

pub(crate) const fn state_keys() -> [(&'static str, StateKey); 2] {
    [("state_key_beacon", StateKey::Beacon), ("state_key_hand_over", StateKey::HandOver(EPOCH))]
}
