/** What a channel measures: the one description of the roles, which the configuration, the warehouse and its tests read. */

/** Each role with what its positive direction is. */
export const channelRoles = {
  grid: "what the site takes from the grid",
  solar: "what the roof makes",
  battery: "what a battery gives; what it is charged with is the other direction",
  load: "what a circuit of the house uses",
} as const;

export type ChannelRole = keyof typeof channelRoles;

export const roleNames = Object.keys(channelRoles).filter((name): name is ChannelRole => name in channelRoles);

/** The roles in a sentence: `grid, solar or load`. */
export const rolesInWords = `${roleNames.slice(0, -1).join(", ")} or ${roleNames.at(-1)}`;
