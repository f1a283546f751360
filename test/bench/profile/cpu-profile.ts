import { layerOf, type Frame, type Layer } from './layers.js';

/** What `node --cpu-prof` writes: a tree of calls, and which of its nodes was running at each sample. Times are microseconds of the monotonic clock. */
export interface CpuProfile {
  readonly startTime: number;
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Of the monotonic clock, in microseconds: `process.hrtime`, of any process of the machine. */
export interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Milliseconds of each layer within the span. What was idle is left out. */
export function timeByLayer(profile: CpuProfile, { fromUs, toUs }: Span): ReadonlyMap<Layer, number> {
  const layerOfNode = layersOf(profile);
  const times = new Map<Layer, number>();
  let atUs = profile.startTime;
  profile.samples.forEach((node, i) => {
    const deltaUs = profile.timeDeltas[i] ?? 0;
    atUs += deltaUs;
    const layer = layerOfNode.get(node);
    if (layer === undefined || atUs < fromUs || atUs > toUs) return;
    times.set(layer, (times.get(layer) ?? 0) + deltaUs / 1_000);
  });
  return times;
}

/** Of every node but those that are idle, or not JavaScript's at all. */
function layersOf({ nodes }: CpuProfile): ReadonlyMap<number, Layer> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const layers = new Map<number, Layer>();
  for (const { id, callFrame } of nodes) {
    if (callFrame.functionName === '(idle)' || callFrame.functionName === '(root)') continue;
    const stack: Frame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = byId.get(at)?.callFrame;
      if (frame !== undefined) stack.push(frame);
    }
    layers.set(id, layerOf(stack));
  }
  return layers;
}
