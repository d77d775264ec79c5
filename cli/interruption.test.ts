import { afterEach, expect, test, vi } from 'vitest';
import { Interrupted, interruption } from './interruption.ts';

const before = process.listeners('SIGINT');
afterEach(() => {
  for (const listener of process.listeners('SIGINT')) if (!before.includes(listener)) process.off('SIGINT', listener);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('the ctrl-C that npm hands on once more is no second one; one after a while is not asked to wait', () => {
  vi.useFakeTimers();
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  const signal = interruption('nothing was decided', 60_000);
  process.emit('SIGINT');
  process.emit('SIGINT');
  vi.advanceTimersByTime(900);
  process.emit('SIGINT');
  expect(signal.reason).toEqual(new Interrupted('SIGINT', 'nothing was decided'));
  expect(exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  process.emit('SIGINT');
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
});

test('what has been interrupted and hangs ends once its time is over', () => {
  vi.useFakeTimers();
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  interruption('nothing was decided', 60_000);
  process.emit('SIGINT');
  vi.advanceTimersByTime(59_000);
  expect(exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
});
