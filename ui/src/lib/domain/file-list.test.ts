import { describe, expect, it } from 'vitest';
import { pathOfAddress, pathsOfText } from './file-list';

describe('a file address', () => {
  it('is the path that it stands for', () => {
    expect(pathOfAddress('file:///home/ada/a%20b%26c.torrent')).toBe('/home/ada/a b&c.torrent');
    expect(pathOfAddress('file://localhost/x')).toBe('/x');
    expect(pathOfAddress('file:/x')).toBe('/x');
    expect(pathOfAddress('file:///C:/Users/ada/x.torrent')).toBe('C:/Users/ada/x.torrent');
  });
  it('of another machine, or of a name that is no text, is none', () => {
    expect(pathOfAddress('file://server/share/x')).toBeNull();
    expect(pathOfAddress('file:///%ff')).toBeNull();
    expect(pathOfAddress('https://example.org/x')).toBeNull();
  });
});

describe('a pasted list', () => {
  it('is read as file managers write it', () => {
    const paths = ['/a.torrent', '/b.torrent'];
    expect(pathsOfText('file:///a.torrent\r\nfile:///b.torrent\r\n')).toEqual(paths);
    expect(pathsOfText('/a.torrent\n/b.torrent')).toEqual(paths);
    expect(pathsOfText('x-special/nautilus-clipboard\ncopy\nfile:///a.torrent\nfile:///b.torrent\n')).toEqual(
      paths,
    );
  });
  it('is none when a line is something else', () => {
    expect(pathsOfText('file:///a.torrent\nmagnet:?xt=urn:btih:1')).toBeNull();
    expect(pathsOfText('/etc/passwd')).toBeNull();
    expect(pathsOfText('')).toBeNull();
  });
});
