// The part of the panel beside the stage: the house's own cards by the page's own turn, counted as plays of their own area.

import { createDirector } from './director.js';
import { createStage } from './stage.js';

const AREA = 'side';
const ALONE = { online: () => false, trying: () => false, send: () => false };

export function createBeside(root, { overlay, context, playlist, proof, cache, clock, monotonic, newId, report }) {
  const still = { fitTo: () => undefined, under: () => undefined, mayShow: overlay.mayShow };
  const stage = createStage(root, still, context);
  const director = createDirector({
    stage,
    playlist: Object.assign({}, playlist, { pick: playlist.pickHouse }),
    proof: {
      open: (show, etag) => proof.open(show, etag, AREA),
      close: proof.close,
      failed: (show, etag) => proof.failed(show, etag, AREA),
      checkpoint: proof.checkpoint,
    },
    cache,
    link: ALONE,
    clock,
    monotonic,
    newId,
    hooks: {
      onTrouble: report.trouble,
      onBoundary: () => undefined,
      onShown: ({ item }) => item.spot && playlist.shown(item.spot, clock.now()),
    },
  });
  return { start: director.start, stop: director.stop, withdraw: director.withdraw, checkpoint: director.checkpoint, relayout: stage.relayout };
}
