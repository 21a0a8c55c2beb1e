//! A client requests the stream of an event. The head has a proof that leads to the tip's state root, whether there are
//! records or none.

use crate::fixture::{Machine, TENANT, event};
use chain_types::{
    TenantId, codec,
    state::{StreamKey, TypedKey},
};

#[test]
fn presence_and_absence_lead_to_the_tips_root() {
    let mut machine = Machine::with_tenant();
    for number in 0..10 {
        let transaction = machine.capture(&format!("e{number}"));
        machine.submit(transaction);
        machine.finalise().expect("a block");
    }
    let root = machine.replica.tip().map(|(header, _)| header.state_root);
    for (tenant, id, present) in [(TENANT, "e3", true), (TENANT, "e10", false), (TenantId([0x22; 16]), "e3", false)] {
        let proved = machine.replica.prove_stream(tenant, event(id)).expect("the disk reads");
        let (head, proof) = proved.expect("no block is being written");
        assert_eq!(head.map(|head| head.count), present.then_some(1), "{id}");
        assert_eq!(proof.root(&StreamKey(tenant, event(id)).path()), root);
        assert_eq!(proof.value(), head.map(|head| codec::encode(&head)).as_deref());
    }
}
