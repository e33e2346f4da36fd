import { type JsonObject, toJson } from '../lossless.ts';

/** A content block of the answer on its way to the caller. */
export interface Block {
  /** As `content_block_start` tells it. */
  start: JsonObject;
  /** True once nothing more can come for it. */
  done: boolean;
  /** Deltas that wait for the block's turn. */
  waiting: JsonObject[];
}

/**
 * Messages streams have one block open at a time, numbered without gaps; providers may open several at once and add to
 * each in turn. The first block that is not done is told live; what belongs to later ones waits for its turn.
 */
export class BlockQueue {
  private readonly blocks: Block[] = [];
  private index = -1;
  private frames = '';

  /** Adds a block behind all others. */
  add(start: JsonObject, done: boolean): Block {
    const block: Block = { start, done, waiting: [] };
    this.blocks.push(block);
    if (this.blocks.length === 1) this.open();
    else this.advance();
    return block;
  }

  /** Adds to a block; false when it is closed already. */
  addTo(block: Block, delta: JsonObject): boolean {
    if (block === this.blocks[0]) this.tell(delta);
    else if (this.blocks.includes(block)) block.waiting.push(delta);
    else return false;
    return true;
  }

  /** Closes what is done and has others behind it. */
  advance(): void {
    while (this.blocks.length > 1 && this.blocks[0]!.done) {
      this.close();
      this.open();
    }
  }

  /** Closes all. */
  end(): void {
    while (this.blocks.length > 0) {
      this.close();
      if (this.blocks.length > 0) this.open();
    }
  }

  /** The frames since the last call. */
  take(): string {
    const { frames } = this;
    this.frames = '';
    return frames;
  }

  private open(): void {
    const block = this.blocks[0]!;
    this.index++;
    this.frames += frame('content_block_start', { index: this.index, content_block: block.start });
    for (const delta of block.waiting) this.tell(delta);
    block.waiting = [];
  }

  private tell(delta: JsonObject): void {
    this.frames += frame('content_block_delta', { index: this.index, delta });
  }

  private close(): void {
    this.blocks.shift();
    this.frames += frame('content_block_stop', { index: this.index });
  }
}

/** One event with its `event:` line: without it Claude Code repeats the whole request. */
export function frame(type: string, members: JsonObject): string {
  return `event: ${type}\ndata: ${toJson({ type, ...members })}\n\n`;
}
