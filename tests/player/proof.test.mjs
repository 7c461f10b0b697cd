// Plays: none lost, none doubled, whatever the connection, the server and the power do.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newId } from '../../player/ids.js';
import { createProof } from '../../player/proof.js';
import { inStorage } from '../../player/store.js';
import { example, handClock, memory, settle } from './support.mjs';

const creative = { sha256: 'ab'.repeat(32), url: '/media/x' };
const show = (spot, more = {}) =>
  ({ decision: more.decision === undefined ? 'd-1' : more.decision, item: { spot, campaign: 'c', name: 'オーツ週間', length_ms: 10_000, creative, guest: false, ...more } });

/** A page: its proof on the device's storage, and a link that can be cut. `sent` is what the server got. */
async function page(test_, device = { small: memory(), disk: memory() }, clock = handClock(test_)) {
  const link = { up: true, sent: [] };
  const troubles = [];
  const room = { asked: 0 };
  const proof = await createProof({
    store: inStorage(device.disk, 'disk'), small: device.small, prefix: 'shelfcast:s', clock, newId,
    send: (message) => link.up && link.sent.push(message) > 0,
    makeRoom: async () => {
      room.asked += 1;
    },
    onTrouble: (text) => troubles.push(text),
  });
  const acknowledge = (message, refused = []) => {
    const ids = message.plays.map((play) => play.id).filter((id) => !refused.includes(id));
    return proof.acknowledged({ batch: message.batch, accepted: ids, duplicate: [], refused: refused.map((id) => ({ id, why: 'bad' })) });
  };
  return { proof, link, device, clock, troubles, room, acknowledge };
}

test('a play carries exactly the contract’s fields, in its types', async (t) => {
  const { proof, link } = await page(t);
  await proof.close(proof.open(show('spt_1'), 'etag'), 9_990.6, 'finished');
  await settle();
  const [message] = link.sent;
  const wanted = example('plays').plays[0];
  assert.deepEqual(Object.keys(message.plays[0]).sort(), Object.keys(wanted).sort());
  for (const [name, value] of Object.entries(wanted)) assert.equal(typeof message.plays[0][name], typeof value, name);
  assert.equal(message.plays[0].shown_ms, 9991);
  assert.equal(message.plays[0].expected_ms, 10_000);
  assert.deepEqual(Object.keys(message).concat('v').sort(), Object.keys(example('plays')).sort());
});

test('plays queue while offline and leave the queue only when acknowledged', async (t) => {
  const { proof, link, clock, acknowledge } = await page(t);
  link.up = false;
  for (let n = 0; n < 120; n += 1) await proof.close(proof.open(show(`s${n}`), ''), 10_000, 'finished');
  assert.equal(proof.queued(), 120);
  link.up = true;
  proof.reconnected();
  await settle();
  assert.equal(link.sent.length, 1);
  assert.equal(link.sent[0].plays.length, 50);
  assert.equal(proof.queued(), 120);
  for (let turn = 0; turn < 3; turn += 1) {
    await acknowledge(link.sent[turn]);
    await clock.advance(250);
  }
  assert.deepEqual(link.sent.map((message) => message.plays.length), [50, 50, 20]);
  const sequence = link.sent.flatMap((message) => message.plays.map((play) => play.seq));
  assert.deepEqual(sequence, Array.from({ length: 120 }, (_, n) => n + 1));
  assert.equal(proof.queued(), 0);
});

test('what was sent and not acknowledged goes again with the same ids, after a silence or a new socket', async (t) => {
  const { proof, link, clock } = await page(t);
  await proof.close(proof.open(show('s'), ''), 10_000, 'finished');
  await clock.advance(16_000);
  proof.reconnected();
  await settle();
  assert.equal(link.sent.length, 3);
  assert.equal(new Set(link.sent.map((message) => message.plays[0].id)).size, 1);
  assert.equal(proof.queued(), 1);
});

test('a refused play is dropped and told of; an acknowledgement of another batch changes nothing', async (t) => {
  const { proof, link, troubles, acknowledge } = await page(t);
  await proof.close(proof.open(show('s'), ''), 10_000, 'finished');
  await settle();
  await proof.acknowledged({ batch: 'other', accepted: [link.sent[0].plays[0].id], duplicate: [], refused: [] });
  assert.equal(proof.queued(), 1);
  await acknowledge(link.sent[0], [link.sent[0].plays[0].id]);
  assert.equal(proof.queued(), 0);
  assert.deepEqual(troubles, ['play refused: bad']);
});

test('the queue and the running number survive a reload, the open play comes back as closed with what was shown of it', async (t) => {
  const first = await page(t);
  first.link.up = false;
  await first.proof.close(first.proof.open(show('one'), ''), 10_000, 'finished');
  const open = first.proof.open(show('two'), '');
  first.proof.checkpoint(open, 4_200);
  const second = await page(t, first.device, first.clock);
  await settle();
  const plays = second.link.sent.flatMap((message) => message.plays);
  assert.deepEqual(plays.map(({ seq, spot, shown_ms: shown, why }) => [seq, spot, shown, why]), [[1, 'one', 10_000, 'finished'], [2, 'two', 4_200, 'closed']]);
  assert.equal(second.proof.open(show('three'), '').seq, 3);
});

test('a page that dies between queue and clean-up doubles nothing', async (t) => {
  const first = await page(t);
  first.link.up = false;
  const play = first.proof.open(show('one'), '');
  const open = first.device.small.getItem('shelfcast:s:open:1');
  await first.proof.close(play, 10_000, 'finished');
  first.device.small.setItem('shelfcast:s:open:1', open); // as if the power had gone before this was removed
  const second = await page(t, first.device, first.clock);
  assert.equal(second.proof.queued(), 1);
});

test('a torn note keeps no page from starting, and no other play back', async (t) => {
  const first = await page(t);
  first.proof.open(show('one'), '');
  first.proof.open(show('two'), '');
  const whole = first.device.small.getItem('shelfcast:s:open:1');
  first.device.small.setItem('shelfcast:s:open:1', whole.slice(0, 40));
  const second = await page(t, first.device, first.clock);
  assert.equal(second.proof.queued(), 1);
  assert.deepEqual(second.troubles, ['play: SyntaxError']);
  assert.equal(second.device.small.getItem('shelfcast:s:open:1'), null);
});

test('a page that dies while the queue is being written loses no play: not the one that ended, not its successor', async (t) => {
  const { small, disk } = { small: memory(), disk: memory() };
  const stuck = { ...inStorage(disk, 'disk'), put: () => new Promise(() => undefined) };
  const nothing = () => undefined;
  const clock = handClock(t);
  const dying = await createProof({ store: stuck, small, prefix: 'shelfcast:s', clock, newId, send: nothing, makeRoom: nothing, onTrouble: nothing });
  dying.close(dying.open(show('one'), ''), 10_000, 'finished');
  dying.failed(show('two'), '');
  dying.open(show('three'), '');
  await page(t, { small, disk }, clock);
  const plays = await inStorage(disk, 'disk').list('play:', 9);
  assert.deepEqual(plays.map(({ seq, why, shown_ms: shown }) => [seq, why, shown]), [[1, 'finished', 10_000], [2, 'failed', 0], [3, 'closed', 0]]);
  assert.equal(small.length, 1); // the running number
});

test('a guest’s play names no product, and no play is longer than twice its length', async (t) => {
  const { proof, device } = await page(t);
  const play = proof.open(show('pick', { guest: true }), '');
  assert.equal(play.name, '');
  assert.ok(play.guest);
  assert.ok(!device.small.getItem('shelfcast:s:open:1').includes('オーツ'));
  await proof.close(play, 3_600_000, 'finished');
  const [kept] = await inStorage(device.disk, 'disk').list('play:', 1);
  assert.equal(kept.shown_ms, 20_000);
});

test('an item that could not be shown is told as failed, with nothing shown; chosen without the server means offline', async (t) => {
  const { proof, link } = await page(t);
  await proof.failed(show('s', { decision: '' }), '');
  await settle();
  const [play] = link.sent[0].plays;
  assert.deepEqual([play.why, play.shown_ms, play.offline], ['failed', 0, true]);
});

test('a full device: room is made first, and what finds none is kept in memory, sent, and leaves when acknowledged', async (t) => {
  const device = { small: memory(), disk: memory() };
  const { proof, link, room, troubles, acknowledge } = await page(t, device);
  const write = device.disk.setItem;
  const full = Object.assign(new Error('no room'), { name: 'QuotaExceededError' });
  link.up = false;
  device.disk.setItem = (key, value) => {
    if (room.asked === 0) throw full;
    write(key, value);
  };
  await proof.close(proof.open(show('one'), ''), 10_000, 'finished');
  assert.deepEqual([room.asked, proof.queued(), troubles.length], [1, 1, 0]);
  device.disk.setItem = device.small.setItem = () => {
    throw full;
  };
  await proof.close(proof.open(show('two'), ''), 10_000, 'finished');
  assert.deepEqual([room.asked, proof.queued()], [2, 2]);
  assert.ok(troubles.some((text) => text.includes('memory only')));
  link.up = true;
  proof.reconnected();
  await settle();
  assert.deepEqual(link.sent[0].plays.map((play) => play.spot).sort(), ['one', 'two']);
  await acknowledge(link.sent[0]);
  assert.equal(proof.queued(), 0);
});

test('two areas of a panel: each has its own play under way, and both come back after a power cut', async (t) => {
  const first = await page(t);
  first.proof.open(show('big'), '');
  first.proof.open(show('beside', { decision: '' }), '', 'side');
  const second = await page(t, first.device, first.clock);
  assert.equal(second.proof.queued(), 2);
  assert.deepEqual((await inStorage(second.device.disk, 'disk').list('play:', 9)).map((play) => [play.spot, play.area, play.why]), [['big', 'main', 'closed'], ['beside', 'side', 'closed']]);
});
