// A creative in, an element that is ready to be seen out; rejects when it can't be decoded in time.

import { isNamed } from './hash.js';

const IMAGE_MS = 15000;
const VIDEO_MS = 15000;
const FIRST_FRAME_MS = 4000;
const STALL_MS = 4000;
const WATCH_MS = 1000;

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
  (await createImageBitmap(blob)).close();
  const image = document.createElement('img');
  image.className = 'media';
  image.alt = '';
  image.decoding = 'sync'; // drawn in the frame that brings it forward, or not at all
  image.src = URL.createObjectURL(blob);
  await image.decode();
  return image;
}

export function loadImage(creative) {
  return within(decoded(creative), IMAGE_MS, 'image');
}

export async function loadVideo(creative) {
  const video = document.createElement('video');
  video.className = 'media';
  video.muted = true;
  video.playsInline = true;
  video.preload = 'auto';
  const ready = new Promise((resolve, reject) => {
    video.addEventListener('canplay', resolve, { once: true });
    video.addEventListener('error', () => reject(new Error(`video: ${(video.error && video.error.message) || 'decode error'}`)), { once: true });
  });
  video.src = creative.url;
  video.load();
  try {
    await within(ready, VIDEO_MS, 'video');
  } catch (error) {
    drop(video);
    throw error;
  }
  return video;
}

function firstFrame(video) {
  return new Promise((resolve, reject) => {
    video.addEventListener('error', () => reject(new Error('video: decode error')), { once: true });
    if (video.requestVideoFrameCallback && document.visibilityState === 'visible') video.requestVideoFrameCallback(resolve);
    else video.addEventListener('playing', resolve, { once: true });
  });
}

/** Start a loaded video and resolve once its first frame has been presented. */
export async function startVideo(video) {
  const shown = firstFrame(video);
  await within(Promise.all([video.play(), shown]), FIRST_FRAME_MS, 'video');
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

/** Free what an element holds: a removed video its decoder, an image its bytes. */
export function drop(element) {
  URL.revokeObjectURL(element.src);
  if (element.pause) {
    element.pause();
    element.removeAttribute('src');
    element.load();
  }
}
