import { expect, it } from 'vitest'
import { FinishedFolders } from '@engine/formats/study/finished-folders'

it('hands a series out once, when no folder of it has a file that is still to be read', () => {
  const folders = new FinishedFolders<string>(['/d/a/1', '/d/a/2', '/d/b/1', '/d/b/readme'])
  const read = (path: string, group: string | null): void => {
    if (group !== null) folders.add(group, path, path)
    folders.done(path)
  }
  read('/d/a/1', 'series 1')
  expect(folders.take()).toEqual([])
  read('/d/b/1', 'series 2')
  read('/d/a/2', 'series 1')
  expect(folders.take()).toEqual(['/d/a/1', '/d/a/2'])
  expect(folders.take()).toEqual([])
  // Whatever else lies in the folder must be read too: it could have been a slice.
  read('/d/b/readme', null)
  expect(folders.take()).toEqual(['/d/b/1'])
})

it('waits for every folder a series lies in', () => {
  const folders = new FinishedFolders<string>(['/d/a/1', '/d/b/1', '/d/b/2'])
  folders.add('series', '/d/a/1', 'first')
  folders.add('series', '/d/b/1', 'second')
  folders.done('/d/a/1')
  folders.done('/d/b/1')
  expect(folders.take()).toEqual([])
  folders.done('/d/b/2')
  expect(folders.take()).toEqual(['first', 'second'])
})
