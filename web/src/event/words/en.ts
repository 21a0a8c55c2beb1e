//! The texts of events in English. Invariant: every other language has exactly these keys.

export const en = {
  title: "Events",
  types: {
    title: "Types",
    all: "all",
    some_one: "{{count}} chosen",
    some_other: "{{count}} chosen",
    note: "Without a choice, events of all types are meant, those of future versions too.",
  },
  stream: {
    title: "Event stream",
    lead: "What becomes final for your tenant, from every domain, in one order. The numbers have no gaps and never change.",
    list: "Events, newest first",
    subject: "Subject",
    subjectHint: "The id of an EPCIS event, an EPC, a class or a lot, in any spelling.",
    pause: "Pause",
    resume: "Resume",
    waiting_one: "{{shown}} waiting",
    waiting_other: "{{shown}} waiting",
    isPaused: "Paused: what arrives waits.",
    state: {
      connecting: "Connecting…",
      live: "Live: new events appear by themselves.",
      polling: "The stream cannot be had now. New events are read every few seconds instead.",
      waiting: "Not connected. The next attempt follows by itself, and nothing is left out.",
      refused: "Not connected: the request was refused.",
    },
    none: "No events among those examined. New ones appear here.",
    from: "Complete from number {{number}} on.",
    fromFirst: "Complete from the first event on.",
    full: "The list has its {{most}} newest events and holds no more; filters narrow it.",
    earlier: "Show earlier events",
    type: "Type",
    source: "Source",
    place: "Place",
    placeOf: "Shard {{shard}}, block {{height}}, record {{index}}",
    data: "the summary",
    noData: "No summary: the type says all that is sent.",
    evidence: "Download evidence",
    evidenceOf: "Download the evidence of event {{id}}",
    noEvidence: "There is no evidence for events of this type yet.",
  },
  problem: {
    not_numbered: "The events of this index have no numbers yet",
    too_slow: "The events were not read in time",
  },
};

/** The shape that every language has. */
export type EventWords = typeof en;
