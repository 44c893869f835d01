// The page's own words, in the language of the person who is being played.

const WORDS = {
  ko: {
    local: "로컬 채팅",
    local_long: "이 컴퓨터 안에서만 돌아가요. 아무것도 밖으로 나가지 않아요.",
    play_as: "누구로 이야기할까요?",
    add: "추가",
    add_person: "사람 추가",
    add_group: "그룹 만들기",
    add_topic: "토픽 만들기",
    topic_name: "토픽 이름",
    topics: "토픽",
    general: "일반",
    topic_opened: (name) => `‘${name}’ 토픽이 열렸어요`,
    name: "이름",
    group_name: "그룹 이름",
    members: "멤버",
    language: "언어",
    create: "만들기",
    cancel: "취소",
    ok: "확인",
    bot: "봇",
    members_count: (count) => `멤버 ${count}명`,
    typing: "입력 중…",
    uploading: "파일을 보내는 중…",
    starting: "봇이 켜지고 있어요. 잠시만요…",
    silent: "봇이 꺼져 있어요. 다시 켜지면 이어서 답해요.",
    lost: "연결이 끊겼어요. 다시 연결하는 중…",
    start: "시작",
    unblock: "차단 해제하고 다시 시작",
    block: "봇 차단",
    write: "메시지",
    write_reply: "답장",
    send: "보내기",
    attach: "파일 첨부",
    commands: "명령어",
    back: "채팅 목록",
    more: "더 보기",
    edited: "수정됨",
    copy: "복사",
    copied: "복사했어요",
    spoiler: "가려진 내용 보기",
    expand: "펼치기",
    collapse: "접기",
    reply: "답장",
    edit: "수정",
    edit_title: "메시지 수정",
    delete: "삭제",
    react: "반응",
    actions: "메시지 메뉴",
    save: "저장",
    open_picture: "사진 크게 보기",
    close: "닫기",
    newest: "맨 아래로",
    photo: "사진",
    document: "파일",
    poll: "투표",
    quiz: "퀴즈",
    anonymous_poll: "익명 투표",
    anonymous_quiz: "익명 퀴즈",
    closed: "종료된 투표",
    vote: "투표하기",
    votes: (count) => (count ? `${count}명 참여` : "아직 참여 없음"),
    no_messages: "아직 메시지가 없어요",
    pick_chat: "채팅을 골라 주세요",
    today: "오늘",
    yesterday: "어제",
    joined: (names) => `${names} 님이 들어왔어요`,
    left: (names) => `${names} 님이 나갔어요`,
    pinned: "메시지를 고정했어요",
    upgraded: "그룹이 슈퍼그룹이 되었어요",
    no_answer: "봇이 아직 답하지 않았어요",
    opens_outside: "밖으로 나가는 링크예요:",
    older: "이전 메시지 보기",
    clock: "시계",
    next_hour: "한 시간 뒤로",
    next_day: "다음 날로",
    you: "나",
    new_messages: (count) => `새 메시지 ${count}개`,
    about_bot: "이 봇이 할 수 있는 일",
    send_as_photo: "사진으로",
    send_as_file: "파일로",
    no_commands: "맞는 명령어가 없어요",
    change_language: "English로 바꾸기",
    drop_here: "여기에 놓아 보내기",
    more_options: "이 사람과 채팅 설정",
    unread: (count) => `안 읽은 메시지 ${count}개`,
    chats: "채팅",
    unsupported: "로컬 채팅에서는 쓸 수 없는 버튼이에요",
  },
  en: {
    local: "Local chat",
    local_long: "It runs on this machine only. Nothing leaves it.",
    play_as: "Who do you want to be?",
    add: "Add",
    add_person: "Add a person",
    add_group: "New group",
    add_topic: "New topic",
    topic_name: "Topic name",
    topics: "Topics",
    general: "General",
    topic_opened: (name) => `The topic “${name}” was opened`,
    name: "Name",
    group_name: "Group name",
    members: "Members",
    language: "Language",
    create: "Create",
    cancel: "Cancel",
    ok: "OK",
    bot: "bot",
    members_count: (count) => (count === 1 ? "1 member" : `${count} members`),
    typing: "typing…",
    uploading: "sending a file…",
    starting: "The bot is starting. One moment…",
    silent: "The bot is not running. It will answer when it is back.",
    lost: "Connection lost. Reconnecting…",
    start: "Start",
    unblock: "Unblock and restart",
    block: "Block the bot",
    write: "Message",
    write_reply: "Reply",
    send: "Send",
    attach: "Attach a file",
    commands: "Commands",
    back: "Chats",
    more: "More",
    edited: "edited",
    copy: "Copy",
    copied: "Copied",
    spoiler: "Show the hidden text",
    expand: "Show more",
    collapse: "Show less",
    reply: "Reply",
    edit: "Edit",
    edit_title: "Edit message",
    delete: "Delete",
    react: "React",
    actions: "Message menu",
    save: "Save",
    open_picture: "Enlarge the picture",
    close: "Close",
    newest: "Go to the newest",
    photo: "Photo",
    document: "File",
    poll: "Poll",
    quiz: "Quiz",
    anonymous_poll: "Anonymous poll",
    anonymous_quiz: "Anonymous quiz",
    closed: "Final results",
    vote: "Vote",
    votes: (count) => (count === 0 ? "No votes yet" : count === 1 ? "1 vote" : `${count} votes`),
    no_messages: "No messages yet",
    pick_chat: "Choose a chat",
    today: "Today",
    yesterday: "Yesterday",
    joined: (names) => `${names} joined`,
    left: (names) => `${names} left`,
    pinned: "pinned a message",
    upgraded: "The group became a supergroup",
    no_answer: "The bot has not answered yet",
    opens_outside: "This link leads outside:",
    older: "Show earlier messages",
    clock: "Clock",
    next_hour: "One hour on",
    next_day: "Next day",
    you: "You",
    new_messages: (count) => (count === 1 ? "1 new message" : `${count} new messages`),
    about_bot: "What can this bot do?",
    send_as_photo: "As a photo",
    send_as_file: "As a file",
    no_commands: "No command fits",
    change_language: "한국어로 바꾸기",
    drop_here: "Drop here to send",
    more_options: "Settings of this person and chat",
    unread: (count) => (count === 1 ? "1 unread message" : `${count} unread messages`),
    chats: "Chats",
    unsupported: "The local chat has no such button",
  },
};

let language = "ko";

export function speak(code) {
  language = code?.startsWith("ko") ? "ko" : "en";
  document.documentElement.lang = language;
}

export function spoken() {
  return language;
}

/** Say one of the phrases above. */
export function say(key, ...values) {
  const phrase = WORDS[language][key];
  return typeof phrase === "function" ? phrase(...values) : phrase;
}

export function timeOf(seconds) {
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(seconds * 1000);
}

/** Name a day as people do, seen from another moment of the chat's own clock. */
export function dayOf(seconds, nowSeconds) {
  const day = new Date(seconds * 1000);
  const now = new Date(nowSeconds * 1000);
  const days = Math.round((new Date(now.toDateString()) - new Date(day.toDateString())) / 86_400_000);
  if (days === 0) return say("today");
  if (days === 1) return say("yesterday");
  const year = day.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return new Intl.DateTimeFormat(language, { month: "long", day: "numeric", weekday: "short", ...year }).format(day);
}

export function momentOf(seconds) {
  return new Intl.DateTimeFormat(language, { month: "short", day: "numeric", weekday: "short", hour: "numeric", minute: "2-digit" }).format(seconds * 1000);
}

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
