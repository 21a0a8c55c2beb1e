//! Names of validators. Invariant: a seat has the same name in all tables; a validator without a seat is named by its
//! registry id.

import { useTranslation } from "react-i18next";
import type { Beacon } from "../api/beacon.ts";

/** Names of a beacon's validators, by seat and by registry id. */
export function useNames(beacon: Beacon) {
  const { t } = useTranslation();
  const ofSeat = (index: number) => t("validators.name", { index });
  const ofNumber = (id: number) => {
    const seat = beacon.validators.find((validator) => validator.id === id)?.index ?? null;
    return seat === null ? t("beacon.number", { id }) : ofSeat(seat);
  };
  return { ofSeat, ofNumber };
}
