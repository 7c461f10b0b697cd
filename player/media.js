// A creative in, an element that is ready to be seen out; rejects when it can't be decoded in time.

import { h } from './dom.js';
import { isNamed } from './hash.js';

const IMAGE_MS = 15000;
const VIDEO_MS = 15000;
const STALL_MS = 4000;
const WATCH_MS = 1000;

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function within(promise, ms, what) {
  let timer = 0;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not ready in ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function decoded(creative) {
  const response = await fetch(creative.url);
  if (!response.ok) throw new Error(`image: ${response.status}`);
  const bytes = await response.arrayBuffer();
  if (!(await isNamed(bytes, creative.sha256))) throw new Error('image: hash does not match');
  const blob = new Blob([bytes], { type: creative.mime });
  // an <img> shows what there is of a truncated file; a bitmap is made of a whole one only
  const whole = createImageBitmap(blob);
  const image = h('img', { class: 'media', alt: '', decoding: 'sync' }); // drawn in the frame that brings it forward, or not at all
  image.src = URL.createObjectURL(blob);
  (await Promise.all([whole, image.decode()]))[0].close();
  return image;
}

export function loadImage(creative) {
  return within(decoded(creative), IMAGE_MS, 'image');
}

/** Resolves with the video's first frame, which comes once: who asks after it has come would wait for the second. */
function firstFrame(video) {
  return new Promise((resolve, reject) => {
    video.addEventListener('error', () => reject(new Error(`video: ${(video.error && video.error.message) || 'decode error'}`)), { once: true });
    if (video.requestVideoFrameCallback && document.visibilityState === 'visible') video.requestVideoFrameCallback(resolve);
    else video.addEventListener('canplay', resolve, { once: true });
  });
}

export async function loadVideo(creative, layer) {
  const video = h('video', { class: 'media', playsinline: true, preload: 'auto' });
  video.muted = true;
  layer.append(video);
  const frame = firstFrame(video);
  video.src = creative.url;
  try {
    await within(frame, VIDEO_MS, 'video');
  } catch (error) {
    drop(video);
    throw error;
  }
  return video;
}

/** Call `onStall(why)` once if a started video errs or stands still before its end; returns a stop function. */
export function watchVideo(video, onStall) {
  let last = video.currentTime;
  let movedAt = performance.now();
  const stop = () => clearInterval(timer);
  const timer = setInterval(() => {
    if (video.ended) {
      stop();
    } else if (video.currentTime !== last) {
      last = video.currentTime;
      movedAt = performance.now();
    } else if (video.error || performance.now() - movedAt > STALL_MS) {
      stop();
      onStall(video.error ? 'video: decode error' : 'video: stalled');
    }
  }, WATCH_MS);
  return stop;
}

/** The fonts for these letters; one that doesn't come is done without. */
export function loadFaces(text) {
  const faces = [['500 1em "Noto Sans JP"', text], ['700 1em "Barlow Semi Condensed"', '0123456789']];
  return Promise.all(faces.map(([face, letters]) => document.fonts.load(face, letters).catch(() => undefined)));
}

/** Free what an element holds: a removed video its decoder, an image its bytes. */
export function drop(element) {
  URL.revokeObjectURL(element.src);
  if (element.pause) {
    element.pause();
    element.removeAttribute('src');
    element.load();
  }
}
