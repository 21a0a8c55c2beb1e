//! The texts of en.ts in Simplified Chinese, with the terms of docs/glossary.md. Invariant: the same keys as English.

import type { EventWords } from "./en.ts";

export const zhCN: EventWords = {
  title: "事件",
  types: {
    title: "类型",
    all: "全部",
    some_one: "已选 {{count}} 个",
    some_other: "已选 {{count}} 个",
    note: "不选择即表示所有类型，包括未来版本新增的类型。",
  },
  stream: {
    title: "事件流",
    lead: "您的租户在各领域中最终确定的内容，按同一顺序排列。编号没有空缺，也永不改变。",
    list: "事件（最新在前）",
    subject: "主题",
    subjectHint: "EPCIS 事件标识、EPC、类别或批次，任意写法均可。",
    pause: "暂停",
    resume: "继续",
    waiting_one: "{{shown}} 条等待中",
    waiting_other: "{{shown}} 条等待中",
    isPaused: "已暂停：新到的事件在等待。",
    state: {
      connecting: "正在连接…",
      live: "实时：新事件会自动出现。",
      polling: "目前无法使用事件流，改为每隔几秒读取新事件。",
      waiting: "未连接。稍后会自动重试，不会遗漏任何事件。",
      refused: "未连接：请求被拒绝。",
    },
    none: "已查看的范围内没有事件。新事件会显示在这里。",
    from: "自编号 {{number}} 起完整。",
    fromFirst: "自第一个事件起完整。",
    full: "列表已有最新的 {{most}} 个事件，不再增加；可用筛选缩小范围。",
    earlier: "显示更早的事件",
    type: "类型",
    source: "来源",
    place: "位置",
    placeOf: "分片 {{shard}}，区块 {{height}}，记录 {{index}}",
    data: "摘要",
    noData: "没有摘要：所发送的内容仅有类型。",
    evidence: "下载证据",
    evidenceOf: "下载事件 {{id}} 的证据",
    noEvidence: "此类型的事件尚无证据。",
  },
  problem: {
    not_numbered: "此索引中的事件尚无编号",
    too_slow: "事件未被及时读取",
  },
};
