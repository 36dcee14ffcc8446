import type { Stillness } from '#server/sandboxes/driver.ts';

/** What the driver asks of whoever is root on the machine. All of it is about a container that runs, by its id. */
export type SandboxHost = {
  /** Shuts its network port off from its neighbours', before anything of the student's runs in it. */
  bindNetwork(containerId: string): Promise<void>;
  /** Gives its cgroup to its own root, which lets its system boot. */
  handOverCgroup(containerId: string): Promise<void>;
  /** Lets all of its processes stand still. Nothing may be begun in it meanwhile. */
  holdStill(containerId: string): Promise<Stillness>;
};
