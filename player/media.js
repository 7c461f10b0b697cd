// A creative's URL in, an element that is ready to be seen out; rejects when it can't be decoded in time.

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

export async function loadImage(url) {
  const image = document.createElement('img');
  image.className = 'media';
  image.alt = '';
  image.src = url;
  await within(image.decode(), IMAGE_MS, 'image');
  return image;
}

export async function loadVideo(url) {
  const video = document.createElement('video');
  video.className = 'media';
  video.muted = true;
  video.playsInline = true;
  video.preload = 'auto';
  const ready = new Promise((resolve, reject) => {
    video.addEventListener('canplay', resolve, { once: true });
    video.addEventListener('error', () => reject(new Error(`video: ${(video.error && video.error.message) || 'decode error'}`)), { once: true });
  });
  video.src = url;
  video.load();
  try {
    await within(ready, VIDEO_MS, 'video');
  } catch (error) {
    dropVideo(video);
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

/** Free the decoder: removed video elements hold theirs until they are emptied. */
export function dropVideo(video) {
  video.pause();
  video.removeAttribute('src');
  video.load();
}
