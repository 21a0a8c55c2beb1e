//! A beacon with validators that do their work, and the handles to make them not do it.

use chain_beacon::{
    BeaconState, BlockObservation, Context, Error, Transition,
    randomness::{Ceremony, Dealer, Phase, RandomnessKey},
};
use chain_types::{
    ChainId, Digest, Height, SecretKey, ShardId, TenantId, View,
    beacon::{Event, Evidence, GenesisValidator, HandOver, Operation, Parameters, Registration, Reveal, SignedDeal},
    certificate::{Equivocation, SignedVote, Step, Vote},
    signature::Namespace,
};

/// Native units in the bond of an ordinary validator.
pub(crate) const BOND: u64 = 1_000_000_000;
pub(crate) const CHAIN: ChainId = ChainId(Digest([0xc4; 32]));

/// The secrets of one validator.
pub(crate) struct Node {
    pub(crate) secret: SecretKey,
    pub(crate) randomness: RandomnessKey,
    pub(crate) operator: TenantId,
}

impl Node {
    pub(crate) fn new(number: u16) -> Self {
        let [low, high] = number.to_le_bytes();
        let mut seed = [low; 32];
        seed[0] = high;
        let mut operator = [low; 16];
        operator[0] = high;
        Self {
            secret: SecretKey::from_seed(&seed),
            randomness: RandomnessKey::from_seed(&seed),
            operator: TenantId(operator),
        }
    }

    pub(crate) fn context(&self) -> Context {
        Context { signer: self.secret.public_key(), tenant: self.operator }
    }

    pub(crate) fn registration(&self, bond: u64) -> Registration {
        let key = self.secret.public_key();
        let network_key = SecretKey::from_seed(&key.0).public_key();
        let possession = self.randomness.prove_possession(CHAIN, key);
        Registration { key, network_key, randomness_key: self.randomness.public(), possession, bond }
    }

    fn genesis(&self, bond: u64) -> GenesisValidator {
        let Registration { key, network_key, randomness_key, .. } = self.registration(bond);
        GenesisValidator { operator: self.operator, key, network_key, randomness_key, bond }
    }
}

/// A beacon, its validators and the height of its last block.
pub(crate) struct World {
    pub(crate) beacon: BeaconState,
    pub(crate) nodes: Vec<Node>,
    pub(crate) height: Height,
}

/// Short epochs: two blocks to deal in, four in all.
pub(crate) fn parameters() -> Parameters {
    Parameters { epoch_blocks: 4, dealing_blocks: 2, seats: 16, league_seats: 4, ..Parameters::consortium(2) }
}

impl World {
    /// `count` validators with equal bonds.
    pub(crate) fn new(count: u8) -> Self {
        Self::with(parameters(), &vec![BOND; usize::from(count)])
    }

    /// Validators with these bonds, each of its own operator.
    pub(crate) fn with(parameters: Parameters, bonds: &[u64]) -> Self {
        let nodes: Vec<Node> = (1..).take(bonds.len()).map(Node::new).collect();
        let genesis: Vec<_> = nodes.iter().zip(bonds).map(|(node, bond)| node.genesis(*bond)).collect();
        let beacon = BeaconState::genesis(CHAIN, parameters, &genesis).expect("the genesis is sound");
        Self { beacon, nodes, height: Height(0) }
    }

    /// Adds a validator that is not registered yet; returns its place among the nodes.
    pub(crate) fn newcomer(&mut self) -> usize {
        let number = u16::try_from(self.nodes.len() + 1).expect("a small world");
        self.nodes.push(Node::new(number));
        self.nodes.len() - 1
    }

    pub(crate) fn apply(&mut self, node: usize, operation: &Operation) -> Result<Event, Error> {
        let before = self.beacon.clone();
        let result = self.beacon.apply(operation, &self.nodes[node].context());
        assert!(self.beacon.is_conserved(), "units are lost or made by {operation:?}");
        if result.is_err() {
            assert_eq!(self.beacon, before, "a rejected operation changes nothing");
        }
        result
    }

    pub(crate) fn register(&mut self, node: usize, bond: u64) -> Result<Event, Error> {
        let registration = self.nodes[node].registration(bond);
        self.apply(node, &Operation::Register(Box::new(registration)))
    }

    /// The node that sits at an index of the present committee.
    pub(crate) fn node_at(&self, index: u16) -> usize {
        let key = self.beacon.committee().member(index).expect("a seat").key;
        self.nodes.iter().position(|node| node.secret.public_key() == key).expect("every member is a node")
    }

    pub(crate) fn seat_of(&self, node: usize) -> Option<u16> {
        let key = self.nodes[node].secret.public_key();
        let seat = self.beacon.committee().members.iter().position(|member| member.key == key)?;
        u16::try_from(seat).ok()
    }

    pub(crate) fn seats(&self) -> std::ops::Range<u16> {
        0..u16::try_from(self.beacon.committee().members.len()).expect("few seats")
    }

    pub(crate) fn ceremony(&self) -> Ceremony {
        self.beacon.committee().ceremony(CHAIN).expect("registered keys are points")
    }

    pub(crate) fn deal(&self, dealer: u16) -> SignedDeal {
        let ceremony = self.ceremony();
        let entropy = [u8::try_from(dealer).expect("few seats") ^ 0x5a; 32];
        let key = &self.nodes[self.node_at(dealer)].secret;
        Dealer::new(&ceremony, dealer, &entropy).deal(&ceremony, dealer, key).expect("every ticket has a key")
    }

    pub(crate) fn take_deal(&mut self, dealer: u16) -> Result<Event, Error> {
        let deal = self.deal(dealer);
        self.apply(0, &Operation::Deal(Box::new(deal)))
    }

    pub(crate) fn reveal(&self, holder: u16) -> Reveal {
        let key = &self.nodes[self.node_at(holder)].randomness;
        self.beacon.round().aggregate().reveal(&self.ceremony(), holder, key).expect("the holder has tickets")
    }

    pub(crate) fn take_reveal(&mut self, holder: u16) -> Result<Event, Error> {
        let reveal = self.reveal(holder);
        self.apply(0, &Operation::Reveal(Box::new(reveal)))
    }

    /// Ends a block whose parent these seats signed.
    pub(crate) fn end_block_signed_by(&mut self, signers_of_parent: Vec<u16>) -> Option<Transition> {
        self.height = self.height.next();
        let proposer = self.beacon.leader(self.height, View(0)).expect("the league is not empty");
        let parent_epoch = self.beacon.epoch();
        let observation = BlockObservation { height: self.height, proposer, parent_epoch, signers_of_parent };
        let transition = self.beacon.end_block(&observation);
        assert!(self.beacon.is_conserved(), "a block loses or makes units");
        transition
    }

    pub(crate) fn end_block(&mut self) -> Option<Transition> {
        self.end_block_signed_by(self.seats().collect())
    }

    /// Deals by all, and blocks until the set of deals is fixed.
    pub(crate) fn fix_deals(&mut self) {
        for dealer in self.seats() {
            self.take_deal(dealer).expect("an honest deal counts");
        }
        while matches!(self.beacon.round().phase(), Phase::Dealing { .. }) {
            self.end_block();
        }
    }

    /// The rest of an epoch in which everyone works.
    pub(crate) fn finish_epoch(&mut self) -> HandOver {
        self.finish_epoch_signed_by(&self.seats().collect::<Vec<_>>())
    }

    /// The rest of an epoch in which only these seats sign, deal and reveal.
    pub(crate) fn finish_epoch_signed_by(&mut self, working: &[u16]) -> HandOver {
        for dealer in working {
            self.take_deal(*dealer).expect("an honest deal counts");
        }
        let mut reveals_left = true;
        for _ in 0..64 {
            let is_fixed = !matches!(self.beacon.round().phase(), Phase::Dealing { .. });
            if is_fixed && reveals_left {
                reveals_left = false;
                let tickets = self.beacon.committee().tickets();
                for holder in working.iter().filter(|holder| !tickets.of_holder(**holder).is_empty()) {
                    self.take_reveal(*holder).expect("an honest reveal counts");
                }
            }
            if let Some(Transition::EpochEnded(hand_over)) = self.end_block_signed_by(working.to_vec()) {
                return hand_over;
            }
        }
        panic!("the epoch does not end");
    }

    /// A vote of a node in the present epoch for a block of this digest.
    pub(crate) fn vote(&self, node: usize, step: Step, block: u8) -> SignedVote {
        let vote = Vote {
            chain_id: CHAIN,
            shard: ShardId(1),
            epoch: self.beacon.epoch(),
            height: Height(9),
            view: View(0),
            step,
            block: Digest([block; 32]),
        };
        let signature = self.nodes[node].secret.sign(Namespace::VOTE, &vote.digest());
        SignedVote { signer: self.seat_of(node).expect("the node sits"), vote, signature }
    }

    /// Two notarisations of one view by one node.
    pub(crate) fn equivocation(&self, node: usize) -> Evidence {
        let first = self.vote(node, Step::Notarise, 1);
        let second = self.vote(node, Step::Notarise, 2);
        Evidence::Equivocation(Equivocation { first, second })
    }

    pub(crate) fn report(&mut self, reporter: usize, evidence: Evidence) -> Result<Event, Error> {
        self.apply(reporter, &Operation::ReportEvidence(Box::new(evidence)))
    }
}
