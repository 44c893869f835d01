"""The part of `MemoryStore` that keeps groups and their challenges."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from studybot.core.ballot import Follow, MemberId
from studybot.core.board import Earned, Naming
from studybot.core.card import CardId, Language
from studybot.core.challenge import (
    NOBODY,
    OPEN_STAGES,
    TEAMS,
    Challenge,
    ChallengeId,
    Counted,
    Group,
    GroupId,
    Member,
    Played,
    Round,
    RoundId,
    Rules,
    Scheduled,
    Stage,
    Step,
    Take,
    Vote,
)
from studybot.core.export import BoardName, GroupName, GroupPoints, GroupTake, GroupVote, InGroups
from studybot.core.learner import ChatId, LearnerId
from studybot.core.points import Level
from studybot.core.quiz import Asked
from studybot.core.weekly import Weekly


@dataclass
class MemoryChallenges:
    groups: dict[GroupId, Group] = field(default_factory=dict)
    kept_challenges: dict[ChallengeId, Challenge] = field(default_factory=dict)
    kept_members: dict[ChallengeId, dict[MemberId, Member]] = field(default_factory=lambda: defaultdict(dict))
    told_members: set[tuple[ChallengeId, MemberId]] = field(default_factory=set)
    kept_rounds: dict[RoundId, Round] = field(default_factory=dict)
    joined: dict[tuple[ChallengeId, MemberId], datetime] = field(default_factory=dict)
    votes: dict[tuple[RoundId, int, MemberId], Vote] = field(default_factory=dict)
    takes: dict[tuple[RoundId, int], Take] = field(default_factory=dict)
    doors: dict[MemberId, RoundId] = field(default_factory=dict)
    weeklies: dict[tuple[GroupId, int], Scheduled] = field(default_factory=dict)
    group_days: set[tuple[LearnerId, date]] = field(default_factory=set)
    polls: dict[str, RoundId] = field(default_factory=dict)
    kept_namings: dict[tuple[GroupId, MemberId], Naming] = field(default_factory=dict)
    kept_earnings: dict[tuple[ChallengeId, MemberId], Earned] = field(default_factory=dict)

    # groups
    async def welcome_group(self, chat_id: ChatId, *, language: Language, zone: str) -> Group:
        if known := await self.group_of_chat(chat_id):
            return known
        group = Group(GroupId(max(self.groups, default=0) + 1), chat_id, language, zone)
        self.groups[group.id] = group
        return group

    async def group_of_chat(self, chat_id: ChatId) -> Group | None:
        return next((one for one in self.groups.values() if one.chat_id == chat_id), None)

    async def save_group(self, group: Group) -> None:
        kept = self.groups[group.id]
        self._keep_group(replace(kept, language=group.language, zone=group.zone, present=group.present))

    async def move_chat(self, old: ChatId, new: ChatId) -> None:
        moved, there = await self.group_of_chat(old), await self.group_of_chat(new)
        if moved is None:
            return
        if there is not None:
            del self.groups[there.id]
        self._keep_group(replace(moved, chat_id=new))
        for one in [one for one in self.kept_challenges.values() if one.group.id == moved.id and one.is_open]:
            self._change(one.id, OPEN_STAGES, message_id=None)
            for played in await self.rounds_of(one.id):
                self._keep_round(replace(played, message_id=None))

    async def save_weekly(
        self, group_id: GroupId, thread_id: int, weekly: Weekly | None, rules: Rules, *, next_at: datetime | None
    ) -> None:
        if weekly is None or next_at is None:
            self.weeklies.pop((group_id, thread_id), None)
        else:
            scheduled = Scheduled(self.groups[group_id], thread_id, weekly, rules, next_at)
            self.weeklies[group_id, thread_id] = scheduled

    async def weekly_in(self, group_id: GroupId, thread_id: int) -> Scheduled | None:
        return self.weeklies.get((group_id, thread_id))

    async def weeklies_due(self, now: datetime) -> Sequence[Scheduled]:
        due = [one for one in self.weeklies.values() if one.next_at <= now]
        return [replace(one, group=self.groups[one.group.id]) for one in sorted(due, key=lambda one: one.next_at)]

    async def claim_weekly(self, scheduled: Scheduled, *, next_at: datetime) -> bool:
        key = (scheduled.group.id, scheduled.thread_id)
        kept = self.weeklies.get(key)
        if kept is None or kept.next_at != scheduled.next_at:
            return False
        self.weeklies[key] = replace(kept, next_at=next_at)
        return True

    async def note_group_day(self, learner_id: LearnerId, day: date) -> None:
        self.group_days.add((learner_id, day))

    # challenges
    async def open_challenge(
        self, group: Group, thread_id: int, rules: Rules, *, moderator: Member | None, at: datetime, until: datetime
    ) -> tuple[Challenge, bool]:
        if there := await self.challenge_in(group.chat_id, thread_id):
            return there, False
        challenge = Challenge(
            ChallengeId(max(self.kept_challenges, default=0) + 1),
            self.groups[group.id],
            thread_id,
            rules,
            Stage.LOBBY,
            moderator.person if moderator else NOBODY,
            at,
            wakes_at=until,
        )
        self.kept_challenges[challenge.id] = challenge
        if moderator is not None:
            self._add(challenge.id, moderator, at)
        return challenge, True

    async def challenge(self, challenge_id: ChallengeId) -> Challenge | None:
        kept = self.kept_challenges.get(challenge_id)
        return None if kept is None else replace(kept, group=self.groups[kept.group.id])

    async def challenge_in(self, chat_id: int, thread_id: int) -> Challenge | None:
        return next((one for one in await self._in(chat_id, thread_id) if one.is_open), None)

    async def latest_challenge_in(self, chat_id: int, thread_id: int) -> Challenge | None:
        over = [one for one in await self._in(chat_id, thread_id) if one.stage is Stage.OVER]
        return over[-1] if over else None

    async def open_challenges(self, group_id: GroupId) -> Sequence[Challenge]:
        found = [challenge for one in self.kept_challenges if (challenge := await self.challenge(one))]
        return [one for one in found if one.group.id == group_id and one.is_open]

    async def challenges_of(self, chat_id: int, person: MemberId) -> Sequence[Challenge]:
        mine = [one for one in self.kept_challenges if (m := self.kept_members[one].get(person)) and m.here]
        found = [challenge for one in mine if (challenge := await self.challenge(one))]
        return [one for one in found if one.is_open and one.group.chat_id == chat_id]

    async def waking(self) -> Sequence[tuple[ChallengeId, datetime]]:
        found = []
        for one in [challenge for key in self.kept_challenges if (challenge := await self.challenge(key))]:
            if one.group.present and one.wakes_at is not None:
                found.append((one.id, one.wakes_at))
        return sorted(found, key=lambda pair: pair[1])

    async def save_rules(self, challenge_id: ChallengeId, rules: Rules) -> bool:
        return self._change(challenge_id, (Stage.LOBBY,), rules=rules)

    async def pass_on(self, challenge_id: ChallengeId, to: MemberId) -> bool:
        return self._change(challenge_id, OPEN_STAGES, moderator=to)

    async def start_challenge(self, challenge_id: ChallengeId, plan: Sequence[CardId], *, at: datetime) -> bool:
        return self._change(challenge_id, (Stage.LOBBY,), stage=Stage.PLAYING, plan=tuple(plan), wakes_at=at)

    async def end_challenge(self, challenge_id: ChallengeId, stage: Stage, *, at: datetime) -> bool:
        if stage in OPEN_STAGES:
            raise ValueError(f"{stage} is no end")
        wakes_at = at if stage is Stage.OVER else None
        return self._change(challenge_id, OPEN_STAGES, stage=stage, wakes_at=wakes_at)

    async def rest(self, challenge_id: ChallengeId) -> None:
        self._change(challenge_id, tuple(Stage), wakes_at=None)

    async def drop_card(self, challenge_id: ChallengeId, card_id: CardId) -> None:
        plan = tuple(one for one in self.kept_challenges[challenge_id].plan if one != card_id)
        self._change(challenge_id, tuple(Stage), plan=plan)

    async def put_off(self, challenge_id: ChallengeId, *, until: datetime | None, tries: int) -> None:
        self._change(challenge_id, OPEN_STAGES, wakes_at=until, tries=tries)

    async def hurry(self, challenge_id: ChallengeId, *, at: datetime) -> None:
        wakes_at = self.kept_challenges[challenge_id].wakes_at
        if wakes_at is not None and wakes_at > at:
            self._change(challenge_id, OPEN_STAGES, wakes_at=at)

    async def save_lobby_message(self, challenge_id: ChallengeId, message_id: int | None) -> None:
        self._change(challenge_id, tuple(Stage), message_id=message_id)

    async def save_end_message(self, challenge_id: ChallengeId, message_id: int) -> None:
        self._change(challenge_id, tuple(Stage), end_message_id=message_id)

    async def join(self, challenge_id: ChallengeId, member: Member, *, at: datetime) -> bool:
        kept = self.kept_challenges.get(challenge_id)
        return kept is not None and kept.is_open and self._add(challenge_id, member, at)

    async def leave(self, challenge_id: ChallengeId, person: MemberId) -> bool:
        member = self.kept_members[challenge_id].get(person)
        if member is None or not member.here:
            return False
        self.kept_members[challenge_id][person] = replace(member, here=False)
        return True

    async def name_me(self, challenge_id: ChallengeId, person: MemberId, *, named: bool) -> bool:
        member = self.kept_members[challenge_id].get(person)
        if member is None:
            return False
        self.kept_members[challenge_id][person] = replace(member, named=named)
        return True

    async def members(self, challenge_id: ChallengeId) -> Sequence[Member]:
        return list(self.kept_members[challenge_id].values())

    async def claim_telling(self, challenge_id: ChallengeId, person: MemberId) -> bool:
        if person not in self.kept_members[challenge_id] or (challenge_id, person) in self.told_members:
            return False
        self.told_members.add((challenge_id, person))
        return True

    async def cards_played(self, group_id: GroupId) -> Sequence[CardId]:
        ours = {one.id for one in self.kept_challenges.values() if one.group.id == group_id}
        return [one.card_id for one in self.kept_rounds.values() if one.challenge_id in ours]

    async def levels(self, challenge: Challenge) -> Mapping[MemberId, Level]:
        before = {
            one.id
            for one in self.kept_challenges.values()
            if one.group.id == challenge.group.id and one.id < challenge.id and one.rules.mode not in TEAMS
        }
        known: dict[MemberId, Level] = {}
        for (round_id, ballot, person), vote in self.votes.items():
            if ballot == 0 and vote.right is not None and self.kept_rounds[round_id].challenge_id in before:
                level = known.get(person, Level(0, 0))
                known[person] = Level(level.right + vote.right, level.votes + 1)
        return known

    # rounds
    async def begin_round(self, challenge_id: ChallengeId, position: int, card_id: CardId, asked: Asked) -> Round:
        for one in self.kept_rounds.values():
            if (one.challenge_id, one.position) == (challenge_id, position):
                return one
        self._change(challenge_id, OPEN_STAGES, tries=0)
        round_id = RoundId(max(self.kept_rounds, default=0) + 1)
        return self._keep_round(Round(round_id, challenge_id, position, card_id, asked))

    async def round(self, round_id: RoundId) -> Round | None:
        return self.kept_rounds.get(round_id)

    async def rounds_of(self, challenge_id: ChallengeId) -> Sequence[Round]:
        ours = [one for one in self.kept_rounds.values() if one.challenge_id == challenge_id]
        return sorted(ours, key=lambda one: one.position)

    async def save_ballot_shown(
        self, round_id: RoundId, ballot: int, message_id: int, *, at: datetime, until: datetime
    ) -> None:
        one = self.kept_rounds[round_id]
        if one.step is Step.VOTE and one.shown == ballot:
            self._keep_round(replace(one, shown=ballot + 1, shown_at=at, message_id=message_id))
            self._change(one.challenge_id, OPEN_STAGES, wakes_at=until)

    async def close_ballot(self, round_id: RoundId, ballot: int, follow: Follow, *, at: datetime) -> bool:
        one = self.kept_rounds.get(round_id)
        if one is None or one.step is not Step.VOTE or one.ballot != ballot:
            return False
        if follow is Follow.EXPLAIN:
            self._keep_round(replace(one, step=Step.EVIDENCE))
        else:
            self._keep_round(replace(one, afters=(*one.afters, follow)))
        self._change(one.challenge_id, OPEN_STAGES, wakes_at=at)
        return True

    async def save_evidence_shown(self, round_id: RoundId, message_id: int, *, until: datetime) -> None:
        one = self._keep_round(replace(self.kept_rounds[round_id], evidence_id=message_id))
        self._change(one.challenge_id, OPEN_STAGES, wakes_at=until)

    async def finish_round(self, round_id: RoundId, *, at: datetime) -> bool:
        one = self.kept_rounds.get(round_id)
        if one is None or one.step is not Step.EVIDENCE:
            return False
        self._keep_round(replace(one, step=Step.DONE))
        self._change(one.challenge_id, OPEN_STAGES, wakes_at=at)
        return True

    async def save_question_message(self, round_id: RoundId, message_id: int) -> None:
        self._keep_round(replace(self.kept_rounds[round_id], message_id=message_id))

    async def save_poll(self, round_id: RoundId, poll_id: str) -> None:
        self.polls = {poll: of for poll, of in self.polls.items() if of != round_id} | {poll_id: round_id}

    async def round_of_poll(self, poll_id: str) -> Round | None:
        return self.kept_rounds.get(self.polls.get(poll_id, RoundId(0)))

    async def count_operations(self, round_id: RoundId, operations: int) -> None:
        one = self.kept_rounds[round_id]
        self._keep_round(replace(one, operations=one.operations + operations))

    async def mark_noted(self, round_id: RoundId) -> None:
        self._keep_round(replace(self.kept_rounds[round_id], noted=True))

    async def open_door(self, person: MemberId, round_id: RoundId) -> None:
        self.doors[person] = round_id

    async def door_of(self, person: MemberId) -> Round | None:
        one = self.kept_rounds.get(self.doors.get(person, RoundId(0)))
        return one if one is not None and one.step is Step.VOTE else None

    # votes
    async def save_vote(self, round_id: RoundId, vote: Vote, member: Member) -> Counted | None:
        one = self.kept_rounds.get(round_id)
        if one is None or one.step is not Step.VOTE or one.ballot != vote.ballot:
            return None
        self._add(one.challenge_id, member, vote.at)
        self.votes[round_id, vote.ballot, vote.person] = vote
        cast = sum(key[:2] == (round_id, vote.ballot) for key in self.votes)
        here = [member.person for member in self.kept_members[one.challenge_id].values() if member.here]
        joined = [self.joined[one.challenge_id, person] for person in here]
        late = sum(one.shown_at is not None and at > one.shown_at for at in joined)
        return Counted(cast, len(here), late)

    async def judge_vote(self, round_id: RoundId, vote: Vote, *, right: bool | None) -> bool:
        key = (round_id, vote.ballot, vote.person)
        kept = self.votes.get(key)
        if kept is None or kept.update_id != vote.update_id:
            return False
        if right is None:
            del self.votes[key]
            return True
        if kept.right is not None:
            return False
        self.votes[key] = replace(kept, right=right)
        return True

    async def unjudged_votes(self) -> Sequence[tuple[RoundId, Vote]]:
        open_ones = {one.id for one in self.kept_rounds.values() if one.step is Step.VOTE}
        return [(key[0], vote) for key, vote in self.votes.items() if vote.right is None and key[0] in open_ones]

    async def vote_of(self, round_id: RoundId, ballot: int, person: MemberId) -> Vote | None:
        return self.votes.get((round_id, ballot, person))

    async def votes_of(self, round_id: RoundId) -> Sequence[Vote]:
        cast = [vote for key, vote in self.votes.items() if key[0] == round_id]
        return sorted(cast, key=lambda vote: (vote.ballot, vote.at))

    async def save_take(self, round_id: RoundId, take: Take, member: Member, *, update_id: int) -> bool:
        one = self.kept_rounds.get(round_id)
        if one is None or (round_id, update_id) in self.takes:
            return False
        self._add(one.challenge_id, member, take.at)
        self.takes[round_id, update_id] = take
        return True

    async def played(self, challenge_id: ChallengeId) -> Played | None:
        challenge = await self.challenge(challenge_id)
        if challenge is None:
            return None
        rounds = await self.rounds_of(challenge_id)
        votes = {one.id: cast for one in rounds if (cast := await self.votes_of(one.id))}
        takes: dict[RoundId, list[Take]] = defaultdict(list)
        for (round_id, _), take in sorted(self.takes.items(), key=lambda item: (item[1].at, item[0][1])):
            if round_id in {one.id for one in rounds}:
                takes[round_id].append(take)
        return Played(challenge, tuple(await self.members(challenge_id)), tuple(rounds), votes, takes)

    # the board
    async def save_naming(self, group_id: GroupId, person: MemberId, naming: Naming) -> None:
        self.kept_namings[group_id, person] = naming

    async def namings(self, group_id: GroupId) -> Mapping[MemberId, Naming]:
        return {person: naming for (group, person), naming in self.kept_namings.items() if group == group_id}

    async def save_earnings(self, challenge_id: ChallengeId, points: Mapping[MemberId, int], *, on: date) -> None:
        for person, earned in points.items():
            self.kept_earnings.setdefault((challenge_id, person), Earned(person, on, earned))

    async def earnings(self, group_id: GroupId, *, since: date) -> Sequence[Earned]:
        kept = sorted(self.kept_earnings.items(), key=lambda item: item[0])
        ours = [one for (of, _), one in kept if self.kept_challenges[of].group.id == group_id]
        return [one for one in ours if one.day >= since]

    # how it is kept
    def kept_in_groups(self, person: MemberId) -> InGroups:
        def of(round_id: RoundId) -> tuple[ChallengeId, CardId]:
            return self.kept_rounds[round_id].challenge_id, self.kept_rounds[round_id].card_id

        mine = [(key, self.votes[key]) for key in sorted(self.votes) if key[2] == person]
        said = [(key, self.takes[key]) for key in sorted(self.takes) if self.takes[key].person == person]
        return InGroups(
            tuple(GroupVote(*of(key[0]), vote.ballot, vote.text, vote.right, vote.at) for key, vote in mine),
            tuple(GroupTake(*of(key[0]), take.text, take.at) for key, take in said),
            tuple(
                GroupName(of_challenge, members[person].name, members[person].named)
                for of_challenge, members in self.kept_members.items()
                if person in members
            ),
            tuple(GroupPoints(of_, e.day, e.points) for (of_, who), e in self.kept_earnings.items() if who == person),
            tuple(
                BoardName(group, naming.name, naming.board, naming.pseudonym)
                for (group, who), naming in self.kept_namings.items()
                if who == person
            ),
        )

    def forget_person(self, person: MemberId) -> None:
        for members in self.kept_members.values():
            members.pop(person, None)
        self.votes = {key: vote for key, vote in self.votes.items() if vote.person != person}
        self.takes = {key: take for key, take in self.takes.items() if take.person != person}
        self.doors.pop(person, None)
        self.kept_namings = {key: naming for key, naming in self.kept_namings.items() if key[1] != person}
        self.kept_earnings = {key: earned for key, earned in self.kept_earnings.items() if key[1] != person}
        for challenge in list(self.kept_challenges.values()):
            if challenge.moderator == person:
                self.kept_challenges[challenge.id] = replace(challenge, moderator=NOBODY)

    async def _in(self, chat_id: int, thread_id: int) -> list[Challenge]:
        found = [challenge for one in self.kept_challenges if (challenge := await self.challenge(one))]
        return [one for one in found if (one.group.chat_id, one.thread_id) == (chat_id, thread_id)]

    def _add(self, challenge_id: ChallengeId, member: Member, at: datetime) -> bool:
        there = self.kept_members[challenge_id].get(member.person)
        if there is not None and there.here:
            return False
        group = self.kept_challenges[challenge_id].group.id
        before = [one.id for one in self.kept_challenges.values() if one.group.id == group and one.id < challenge_id]
        agreed = [known.named for one in before if (known := self.kept_members[one].get(member.person))]
        new = there or replace(member, named=bool(agreed) and agreed[-1])
        self.kept_members[challenge_id][member.person] = replace(new, here=True)
        self.joined.setdefault((challenge_id, member.person), at)
        return True

    def _change(self, challenge_id: ChallengeId, only_in: Collection[Stage], **changes: object) -> bool:
        kept = self.kept_challenges.get(challenge_id)
        if kept is None or kept.stage not in only_in:
            return False
        self.kept_challenges[challenge_id] = replace(kept, **changes)  # type: ignore[arg-type]
        return True

    def _keep_group(self, group: Group) -> None:
        self.groups[group.id] = group

    def _keep_round(self, one: Round) -> Round:
        self.kept_rounds[one.id] = one
        return one
