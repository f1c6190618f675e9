/** The screens, in the order of the navigation. */
export const screenNames = ["now", "period", "circuits", "pattern", "money", "trust"] as const;
export type ScreenName = (typeof screenNames)[number];
