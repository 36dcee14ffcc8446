type Listeners = {
  onProgress: (percent: number) => void;
  /** All of it has arrived; the answer comes later. */
  onArrived: () => void;
  onAnswer: (text: string) => void;
  onFault: () => void;
  onStopped: () => void;
};

/** Posts a file as it lies on disk, with progress: `fetch` cannot tell how far an upload is. `abort()` stops it. */
export function sendFile(address: string, file: File, listeners: Listeners): XMLHttpRequest {
  const request = new XMLHttpRequest();
  request.open('POST', address);
  request.upload.onprogress = ({ loaded, total }) =>
    listeners.onProgress(Math.floor((100 * loaded) / Math.max(1, total)));
  request.upload.onload = listeners.onArrived;
  request.onerror = listeners.onFault;
  request.onabort = listeners.onStopped;
  request.onload = () => listeners.onAnswer(request.responseText);
  request.send(file);
  return request;
}
