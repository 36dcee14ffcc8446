const TONE_HZ = 660;
const TONE_SECONDS = 0.12;
const LOUDNESS = 0.08;

let context: AudioContext | null = null;

/** A short, quiet tone. A browser that allows no sound yet stays silent. */
export function soundBell(): void {
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume().catch(() => undefined);
  const { currentTime, destination } = context;
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = TONE_HZ;
  volume.gain.setValueAtTime(LOUDNESS, currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, currentTime + TONE_SECONDS);
  tone.connect(volume).connect(destination);
  tone.start(currentTime);
  tone.stop(currentTime + TONE_SECONDS);
}
