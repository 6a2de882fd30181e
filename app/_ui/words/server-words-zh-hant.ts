import { filesZhHant } from './server-words-zh-hant/files';
import { knativeZhHant } from './server-words-zh-hant/knative';
import { problemsZhHant } from './server-words-zh-hant/problems';
import { reasonsZhHant } from './server-words-zh-hant/reasons';
import { zodZhHant } from './server-words-zh-hant/zod';

/**
 * The server's sentences in Traditional Chinese, by their English. What is filled in stands as `{}` in the same order or
 * by a `{name}`: one that begins with `words` is a sentence or a part itself, and is translated too; one that begins with
 * `url` has no space. Where several patterns fit, the first is taken.
 */
export const sentencesZhHant: Readonly<Record<string, string>> = {
  ...problemsZhHant,
  ...reasonsZhHant,
  ...filesZhHant,
  ...knativeZhHant,
  ...zodZhHant,
};

/** Single words that stand inside sentences only. */
export const partsZhHant: Readonly<Record<string, string>> = {
  queued: '排隊中',
  starting: '啟動中',
  running: '執行中',
  finished: '已完成',
  failed: '失敗',
  stopped: '已停止',
  interrupted: '已中斷',
  viewer: '檢視者',
  runner: '執行者',
  admin: '管理員',
  read: '讀取',
  run: '執行測試',
  'another site': '其他網站',
  string: '字串',
  number: '數字',
  int: '整數',
  boolean: '是或否',
  array: '清單',
  object: '物件',
  record: '物件',
  date: '日期',
  null: '空值',
  undefined: '沒有值',
  characters: '字元',
  items: '項目',
  entries: '項目',
  bytes: '位元組',
};
