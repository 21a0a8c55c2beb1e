//! The texts of provenance in all languages. Invariant: all languages have the keys of English.

const en = {
  title: "Provenance",
  events: {
    title: "Events",
    lead: "EPCIS events of your tenant, newest event time first.",
    anyEpc: "Item (any EPC)",
    anyClass: "Product or lot (any EPC class)",
    type: "Event type",
    anyType: "Any type",
    from: "From",
    before: "Before",
    timeHint: "UTC",
    time: "Event time",
    step: "Business step",
    action: "Action",
    about: "About",
    where: "Where",
    more_one: "and {{count}} more",
    more_other: "and {{count}} more",
    none: "No events yet",
    noneFiltered: "No events match these filters",
    open: "Open {{id}}",
  },
  recent: {
    title: "Recent events",
    note: "The newest {{count}} by event time, of your tenant. Source: index.",
    all: "All events",
  },
  event: {
    title: "Event",
    declared: "This event is declared erroneous",
    declaredLead_one: "The same id has an error declaration. It is listed below the event.",
    declaredLead_other: "The same id has {{count}} error declarations. They are listed below the event.",
  },
  problem: {
    unknown_event: "There is no event with this id here",
    invalid_query_value: "A filter's value is not valid",
    unknown_query_parameter: "A filter is not known",
    unknown_master_data: "There is no master data of this element here",
    ambiguous_master_data: "Several vocabularies have this id; name one of them",
    too_much_master_data: "The document has too much master data",
  },
};

const zhCN: typeof en = {
  title: "溯源",
  events: {
    title: "事件",
    lead: "您租户的 EPCIS 事件，按事件时间从新到旧。",
    anyEpc: "单品（任意 EPC）",
    anyClass: "产品或批次（任意 EPC 类别）",
    type: "事件类型",
    anyType: "任意类型",
    from: "起始时间",
    before: "截止时间之前",
    timeHint: "UTC",
    time: "事件时间",
    step: "业务步骤",
    action: "动作",
    about: "对象",
    where: "地点",
    more_one: "另有 {{count}} 个",
    more_other: "另有 {{count}} 个",
    none: "还没有事件",
    noneFiltered: "没有符合筛选条件的事件",
    open: "打开 {{id}}",
  },
  recent: {
    title: "最近事件",
    note: "您租户按事件时间排序最新的 {{count}} 条。来源：索引。",
    all: "全部事件",
  },
  event: {
    title: "事件",
    declared: "此事件已被声明有误",
    declaredLead_one: "同一标识有一条错误声明，列于事件下方。",
    declaredLead_other: "同一标识有 {{count}} 条错误声明，列于事件下方。",
  },
  problem: {
    unknown_event: "这里没有此标识的事件",
    invalid_query_value: "筛选条件的值无效",
    unknown_query_parameter: "未知的筛选条件",
    unknown_master_data: "这里没有此元素的主数据",
    ambiguous_master_data: "多个词汇表中有此标识，请指定其中一个",
    too_much_master_data: "文档中的主数据过多",
  },
};

/** The texts, by language tag. */
export const words = { en, "zh-CN": zhCN };
