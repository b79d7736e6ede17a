// From a number to a colour. Dark is nothing on every background, so that a picture is the same on a light terminal.

export type Colour = readonly [red: number, green: number, blue: number];
export type Ramp = (value: number) => Colour;

function ramp(...stops: readonly [Colour, Colour, ...Colour[]]): Ramp {
  return (value) => {
    const place = Math.min(Math.max(value, 0), 1) * (stops.length - 1);
    const below = Math.min(Math.floor(place), stops.length - 2);
    const [from, to] = [stops[below] ?? stops[0], stops[below + 1] ?? stops[1]];
    const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * (place - below));
    return [mix(0), mix(1), mix(2)];
  };
}

const NOTHING: Colour = [28, 30, 38];

export const ramps = {
  bits: ramp(NOTHING, [232, 230, 222]),
  write: ramp(NOTHING, [176, 92, 36], [255, 226, 150]),
  read: ramp(NOTHING, [38, 110, 168], [170, 232, 255]),
  /** Where an output is on the wrong side: dark where a bit is missing, bright where one is too many. */
  wrong: ramp([196, 32, 44], [255, 104, 104]),
};
