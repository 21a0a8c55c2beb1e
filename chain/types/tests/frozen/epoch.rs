//! Sample values of all encoded types of validators and epochs. Invariant: values are constants. No two members of a
//! value hold the same bytes.

use crate::{
    crossing::{block, proof},
    sample::{TENANT, genesis},
};
use chain_types::{
    Digest, Epoch, Genesis, Height, PROTOCOL_VERSION, ProtocolVersion, PublicKey, ShardId, Signature, TxId,
    beacon::{
        self, AssignmentMode, Deal, Evidence, GenesisValidator, HandOver, HandOverKey, HandOverProof, Offence,
        Parameters, Possession, Registration, Reveal, SignedDeal, SlashShares, ValidatorId,
    },
    genesis::GenesisBeacon,
    merkle::Path,
    state::{AncestryKey, StateKey, TypedKey},
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
        network_key: PublicKey::Ed25519([seed; 32]),
        randomness_key: [seed + 1; 32],
        bond: u64::from(seed + 2),
    });
    let parameters = Parameters {
        shards: 2,
        epoch_blocks: 0xa9,
        epoch_ms_min: 0xa7,
        evidence_ms_min: 0xa8,
        dealing_blocks: 0xaa,
        seats: 0xab,
        league_seats: 0xac,
        bond_min: 0xad,
        operator_cap_ppm: 0xae,
        adversary_ppm: 0xaf,
        assignment: AssignmentMode::Sampled { failure_bits: 0xb0 },
        slash: SlashShares { equivocation: 0xb1, broken_promise: 0xb2, bad_deal: 0xb3, reporter: 0xb4, fund: 0xb5 },
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
        version: PROTOCOL_VERSION,
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

fn registration() -> Box<Registration> {
    let possession = Possession { challenge: [0xd0; 32], response: [0xd1; 32] };
    Box::new(Registration {
        key: PublicKey::Ed25519([0xd2; 32]),
        network_key: PublicKey::Ed25519([0xd3; 32]),
        randomness_key: [0xd4; 32],
        possession,
        bond: 0xd5,
    })
}

fn deal() -> Deal {
    Deal {
        chain_id: genesis().chain_id(),
        epoch: EPOCH,
        dealer: 0xd6,
        commitments: vec![[0xd7; 32], [0xd8; 32]],
        encrypted_shares: vec![[0xd9; 32], [0xda; 32]],
        challenge: [0xdb; 32],
        responses: vec![[0xdc; 32], [0xdd; 32]],
    }
}

fn signed_deal() -> SignedDeal {
    SignedDeal { deal: deal(), signature: Signature::Ed25519([0xde; 64]) }
}

fn reveal() -> Reveal {
    let shares = vec![[0xdf; 32]];
    Reveal { epoch: EPOCH, holder: 0xe0, shares, challenge: [0xe1; 32], response: [0xe2; 32] }
}

pub(crate) fn beacon_commands() -> Vec<(&'static str, beacon::Command)> {
    use beacon::Command;
    every! { Command:
        Register [(registration())]
        AcknowledgeSync [{ epoch: EPOCH }]
        Leave []
        Return []
        Deal [(Box::new(signed_deal()))]
        Reveal [(Box::new(reveal()))]
        ReportEvidence [(Box::new(Evidence::BadDeal(signed_deal())))]
        Withdraw [{ amount: 0xe3 }]
        Attend [(Box::new(block()))]
        ConfirmShard [(proof())]
        EndEpoch [{ epoch: EPOCH }]
        EnterEpoch [(Box::new(hand_over_proof()))]
        Pulse []
        ScheduleVersion [{ version: ProtocolVersion(0xcb), from: Epoch(0xcc) }]
    }
}

pub(crate) fn beacon_events() -> Vec<(&'static str, beacon::Event)> {
    use beacon::Event;
    let (validator, epoch) = (VALIDATOR, EPOCH);
    let offence = Offence::BrokenPromise;
    every! { Event:
        Registered [{ validator, bond: 0xc0 }]
        SyncAcknowledged [{ validator, epoch }]
        LeaveAnnounced [{ validator }]
        Returned [{ validator }]
        DealAccepted [{ epoch, dealer: 0xc1 }]
        SharesRevealed [{ epoch, holder: 0xc2 }]
        Convicted [{ validator, offence, slashed: 0xc3, rewarded: 0xc4, compensated: 0xc5, burned: 0xc6 }]
        Withdrawn [{ tenant: TENANT, amount: 0xc7 }]
        Attended [{ height: Height(0xc8), signers: 0xc9 }]
        ShardConfirmed [{ shard: ShardId(0xcb), epoch }]
        EpochEnded [(Box::new(hand_over()))]
        EpochEntered [(Box::new(hand_over()))]
        Pulsed [{ height: Height(0xca) }]
        VersionScheduled [{ version: ProtocolVersion(0xcb), from: Epoch(0xcc) }]
    }
}

pub(crate) fn state_keys() -> [(&'static str, StateKey); 3] {
    [
        ("state_key_beacon", StateKey::Beacon(beacon::Key::State)),
        ("state_key_hand_over", HandOverKey(EPOCH).state_key()),
        ("state_key_ancestry", AncestryKey.state_key()),
    ]
}
