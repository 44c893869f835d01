BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE attempts (
	update_id INTEGER NOT NULL, 
	showing_id INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	"right" BOOLEAN NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_attempts PRIMARY KEY (update_id), 
	CONSTRAINT fk_attempts_showing_id FOREIGN KEY(showing_id) REFERENCES showings (id) ON DELETE CASCADE
);
INSERT INTO "attempts" VALUES(10,10,'5',0,'2026-11-17 00:03:41.000000');
INSERT INTO "attempts" VALUES(36,36,'5',0,'2026-11-24 00:11:26.000000');
INSERT INTO "attempts" VALUES(45,44,'5',0,'2026-11-25 00:13:25.000000');
INSERT INTO "attempts" VALUES(47,45,'5',0,'2026-11-25 00:14:14.000000');
INSERT INTO "attempts" VALUES(52,49,'5',0,'2026-11-25 00:15:49.000000');
INSERT INTO "attempts" VALUES(58,54,'5',0,'2026-11-25 00:17:58.000000');
INSERT INTO "attempts" VALUES(61,56,'5',0,'2026-11-26 00:19:21.000000');
CREATE TABLE card_revisions (
	card_id TEXT NOT NULL, 
	revision TEXT NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT pk_card_revisions PRIMARY KEY (card_id, revision)
);
INSERT INTO "card_revisions" VALUES('shapes-1','4efc6eee95a5','{"id": "shapes-1", "topic": "tensors", "snippet": "x = 2\nx * 2", "explanation": {"ko": "Because torch says so.", "en": "Because torch says so."}, "source": {"log": "2022-01-24-week02-day006", "date": "2022-01-24"}, "question": {"ko": "What is it?", "en": "What is it?"}, "expect": 4, "kind": "predict"}');
INSERT INTO "card_revisions" VALUES('shapes-2','b1046585d052','{"id": "shapes-2", "topic": "tensors", "snippet": "x = 2\nx * 2", "explanation": {"ko": "Because torch says so.", "en": "Because torch says so."}, "source": {"log": "2022-01-24-week02-day006", "date": "2022-01-24"}, "question": {"ko": "What is it?", "en": "What is it?"}, "expect": 4, "kind": "predict"}');
INSERT INTO "card_revisions" VALUES('shapes-3','e414b25c80d4','{"id": "shapes-3", "topic": "tensors", "snippet": "x = 2\nx * 2", "explanation": {"ko": "Because torch says so.", "en": "Because torch says so."}, "source": {"log": "2022-01-24-week02-day006", "date": "2022-01-24"}, "question": {"ko": "What is it?", "en": "What is it?"}, "expect": 4, "kind": "predict"}');
INSERT INTO "card_revisions" VALUES('shapes-4','c17d2e6a9fe1','{"id": "shapes-4", "topic": "tensors", "snippet": "x = 2\nx * 2", "explanation": {"ko": "Because torch says so.", "en": "Because torch says so."}, "source": {"log": "2022-01-24-week02-day006", "date": "2022-01-24"}, "question": {"ko": "What is it?", "en": "What is it?"}, "expect": 4, "kind": "predict"}');
INSERT INTO "card_revisions" VALUES('shapes-5','b4476565bf40','{"id": "shapes-5", "topic": "tensors", "snippet": "x = 2\nx * 2", "explanation": {"ko": "Because torch says so.", "en": "Because torch says so."}, "source": {"log": "2022-01-24-week02-day006", "date": "2022-01-24"}, "question": {"ko": "What is it?", "en": "What is it?"}, "expect": 4, "kind": "predict"}');
INSERT INTO "card_revisions" VALUES('views','cf601f0b867a','{"id": "views", "topic": "tensors", "snippet": "x = 4\nx", "explanation": {"ko": "Because torch says so.", "en": "Because torch says so."}, "source": {"log": "2022-01-24-week02-day006", "date": "2022-01-24"}, "question": {"ko": "Which?", "en": "Which?"}, "options": [{"text": {"ko": "four", "en": "four"}, "holds": "x == 4", "right": true}, {"text": {"ko": "five", "en": "five"}, "holds": "x == 5"}, {"text": {"ko": "six", "en": "six"}, "holds": "x == 6"}], "kind": "choice"}');
INSERT INTO "card_revisions" VALUES('copies','9a1a426a51a4','{"id": "copies", "topic": "tensors", "snippet": "2 == 3", "explanation": {"ko": "Because torch says so.", "en": "Because torch says so."}, "source": {"log": "2022-01-24-week02-day006", "date": "2022-01-24"}, "claim": {"ko": "Two is three.", "en": "Two is three."}, "holds": false, "kind": "claim"}');
CREATE TABLE claims (
	learner_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	due_at DATETIME NOT NULL, 
	CONSTRAINT pk_claims PRIMARY KEY (learner_id, day), 
	CONSTRAINT fk_claims_learner_id FOREIGN KEY(learner_id) REFERENCES learners (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
CREATE TABLE hints (
	update_id INTEGER NOT NULL, 
	showing_id INTEGER NOT NULL, 
	CONSTRAINT pk_hints PRIMARY KEY (update_id), 
	CONSTRAINT fk_hints_showing_id FOREIGN KEY(showing_id) REFERENCES showings (id) ON DELETE CASCADE
);
CREATE TABLE learners (
	id INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	language TEXT NOT NULL, 
	zone TEXT NOT NULL, 
	remind_at TIME NOT NULL, 
	new_per_day INTEGER NOT NULL, 
	reviews_per_day INTEGER NOT NULL, 
	reachable BOOLEAN NOT NULL, 
	next_reminder_at DATETIME NOT NULL, 
	CONSTRAINT pk_learners PRIMARY KEY (id), 
	CONSTRAINT uq_learners_chat_id UNIQUE (chat_id), 
	CONSTRAINT ck_learners_new_per_day CHECK (new_per_day >= 0), 
	CONSTRAINT ck_learners_reviews_per_day CHECK (reviews_per_day >= 0)
);
INSERT INTO "learners" VALUES(1,1001,'ko','Asia/Seoul','09:00:00.000000',5,40,1,'2026-11-17 00:00:00.000000');
INSERT INTO "learners" VALUES(2,1002,'ko','Asia/Seoul','09:00:00.000000',5,40,1,'2026-11-17 00:00:00.000000');
CREATE TABLE memories (
	learner_id INTEGER NOT NULL, 
	card_id TEXT NOT NULL, 
	repetitions INTEGER NOT NULL, 
	easiness INTEGER NOT NULL, 
	interval_days INTEGER NOT NULL, 
	due_on DATE NOT NULL, 
	reviewed_on DATE NOT NULL, 
	lapses INTEGER NOT NULL, 
	drilling BOOLEAN NOT NULL, 
	CONSTRAINT pk_memories PRIMARY KEY (learner_id, card_id), 
	CONSTRAINT fk_memories_learner_id FOREIGN KEY(learner_id) REFERENCES learners (id) ON DELETE CASCADE, 
	CONSTRAINT ck_memories_repetitions CHECK (repetitions >= 0), 
	CONSTRAINT ck_memories_easiness CHECK (easiness >= 130), 
	CONSTRAINT ck_memories_interval_days CHECK (interval_days >= 1), 
	CONSTRAINT ck_memories_due_on CHECK (due_on > reviewed_on), 
	CONSTRAINT ck_memories_lapses CHECK (lapses >= 0)
)
 WITHOUT ROWID

;
INSERT INTO "memories" VALUES(1,'shapes-1',1,290,1,'2026-11-28','2026-11-27',2,0);
INSERT INTO "memories" VALUES(1,'shapes-2',3,256,16,'2026-12-10','2026-11-24',0,0);
INSERT INTO "memories" VALUES(1,'shapes-3',3,280,17,'2026-12-11','2026-11-24',0,0);
INSERT INTO "memories" VALUES(1,'shapes-4',3,256,16,'2026-12-10','2026-11-24',0,0);
INSERT INTO "memories" VALUES(1,'shapes-5',3,266,16,'2026-12-12','2026-11-26',1,0);
INSERT INTO "memories" VALUES(1,'views',3,250,15,'2026-12-11','2026-11-26',0,0);
INSERT INTO "memories" VALUES(2,'shapes-1',1,280,1,'2026-11-27','2026-11-26',1,0);
INSERT INTO "memories" VALUES(2,'shapes-2',1,256,1,'2026-11-27','2026-11-26',1,0);
INSERT INTO "memories" VALUES(2,'shapes-3',3,280,17,'2026-12-12','2026-11-25',0,0);
INSERT INTO "memories" VALUES(2,'shapes-4',3,280,17,'2026-12-12','2026-11-25',0,0);
INSERT INTO "memories" VALUES(2,'shapes-5',3,256,16,'2026-12-11','2026-11-25',0,0);
INSERT INTO "memories" VALUES(2,'views',2,250,6,'2026-11-28','2026-11-22',1,0);
CREATE TABLE proofs (
	card_id TEXT NOT NULL, 
	revision TEXT NOT NULL, 
	torch_version TEXT NOT NULL, 
	device TEXT NOT NULL, 
	status TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	proved_at DATETIME NOT NULL, 
	CONSTRAINT pk_proofs PRIMARY KEY (card_id, revision, torch_version, device), 
	CONSTRAINT ck_proofs_status CHECK (status IN ('proven', 'refuted', 'broken', 'skipped'))
);
CREATE TABLE quizzes (
	id INTEGER NOT NULL, 
	learner_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	begun_at DATETIME NOT NULL, 
	CONSTRAINT pk_quizzes PRIMARY KEY (id), 
	CONSTRAINT uq_quizzes_learner_id_day UNIQUE (learner_id, day), 
	CONSTRAINT fk_quizzes_learner_id FOREIGN KEY(learner_id) REFERENCES learners (id) ON DELETE CASCADE
);
INSERT INTO "quizzes" VALUES(1,1,'2026-11-16','2026-11-16 00:00:00.000000');
INSERT INTO "quizzes" VALUES(2,1,'2026-11-17','2026-11-17 00:02:06.000000');
INSERT INTO "quizzes" VALUES(3,2,'2026-11-18','2026-11-18 00:04:30.000000');
INSERT INTO "quizzes" VALUES(4,1,'2026-11-19','2026-11-19 00:07:13.000000');
INSERT INTO "quizzes" VALUES(5,2,'2026-11-19','2026-11-19 00:08:11.000000');
INSERT INTO "quizzes" VALUES(6,1,'2026-11-20','2026-11-20 00:08:47.000000');
INSERT INTO "quizzes" VALUES(7,2,'2026-11-20','2026-11-20 00:09:05.000000');
INSERT INTO "quizzes" VALUES(8,2,'2026-11-21','2026-11-21 00:09:57.000000');
INSERT INTO "quizzes" VALUES(9,2,'2026-11-22','2026-11-22 00:10:06.000000');
INSERT INTO "quizzes" VALUES(10,1,'2026-11-24','2026-11-24 00:10:46.000000');
INSERT INTO "quizzes" VALUES(11,1,'2026-11-25','2026-11-25 00:13:19.000000');
INSERT INTO "quizzes" VALUES(12,2,'2026-11-25','2026-11-25 00:13:22.000000');
INSERT INTO "quizzes" VALUES(13,1,'2026-11-26','2026-11-26 00:18:41.000000');
INSERT INTO "quizzes" VALUES(14,2,'2026-11-26','2026-11-26 00:20:22.000000');
INSERT INTO "quizzes" VALUES(15,1,'2026-11-27','2026-11-27 00:21:08.000000');
CREATE TABLE reviews (
	id INTEGER NOT NULL, 
	showing_id INTEGER NOT NULL, 
	update_id BIGINT NOT NULL, 
	learner_id INTEGER NOT NULL, 
	card_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	revision TEXT NOT NULL, 
	seed BIGINT NOT NULL, 
	torch_version TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	day DATE NOT NULL, 
	text TEXT NOT NULL, 
	"right" BOOLEAN NOT NULL, 
	grade SMALLINT NOT NULL, 
	latency_ms BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	hints INTEGER NOT NULL, 
	gave_up BOOLEAN NOT NULL, 
	drill BOOLEAN NOT NULL, 
	scheduler TEXT NOT NULL, 
	"before" JSON, 
	"after" JSON NOT NULL, 
	CONSTRAINT pk_reviews PRIMARY KEY (id), 
	CONSTRAINT uq_reviews_showing_id UNIQUE (showing_id), 
	CONSTRAINT uq_reviews_update_id UNIQUE (update_id), 
	CONSTRAINT fk_reviews_showing_id FOREIGN KEY(showing_id) REFERENCES showings (id) ON DELETE CASCADE, 
	CONSTRAINT fk_reviews_learner_id FOREIGN KEY(learner_id) REFERENCES learners (id) ON DELETE CASCADE, 
	CONSTRAINT ck_reviews_grade CHECK (grade BETWEEN 0 AND 5), 
	CONSTRAINT ck_reviews_latency_ms CHECK (latency_ms >= 0), 
	CONSTRAINT ck_reviews_attempts CHECK (attempts >= 0), 
	CONSTRAINT ck_reviews_hints CHECK (hints >= 0)
);
INSERT INTO "reviews" VALUES(1,1,1,1,'shapes-1','predict','4efc6eee95a5',589469373,'2.13.0+fake','2026-11-16 00:00:03.000000','2026-11-16','4',1,5,3000,1,0,0,0,'sm2',NULL,'{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-17", "reviewed_on": "2026-11-16", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(2,2,2,1,'shapes-2','predict','b1046585d052',596958693,'2.13.0+fake','2026-11-16 00:00:06.000000','2026-11-16','4',1,5,3000,1,0,0,0,'sm2',NULL,'{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-17", "reviewed_on": "2026-11-16", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(3,3,3,1,'shapes-3','predict','e414b25c80d4',2097048031,'2.13.0+fake','2026-11-16 00:00:46.000000','2026-11-16','4',1,5,40000,1,0,0,0,'sm2',NULL,'{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-17", "reviewed_on": "2026-11-16", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(4,4,4,1,'shapes-4','predict','c17d2e6a9fe1',890574695,'2.13.0+fake','2026-11-16 00:01:26.000000','2026-11-16','4',1,5,40000,1,0,0,0,'sm2',NULL,'{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-17", "reviewed_on": "2026-11-16", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(5,5,5,1,'shapes-5','predict','b4476565bf40',662575637,'2.13.0+fake','2026-11-16 00:02:06.000000','2026-11-16','4',1,5,40000,1,0,0,0,'sm2',NULL,'{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-17", "reviewed_on": "2026-11-16", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(6,6,6,1,'shapes-1','predict','4efc6eee95a5',39306100,'2.13.0+fake','2026-11-17 00:02:09.000000','2026-11-17','4',1,5,3000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-17", "reviewed_on": "2026-11-16", "lapses": 0, "drilling": false}','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-23", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(7,7,7,1,'shapes-2','predict','b1046585d052',331386436,'2.13.0+fake','2026-11-17 00:02:18.000000','2026-11-17','4',1,5,9000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-17", "reviewed_on": "2026-11-16", "lapses": 0, "drilling": false}','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-23", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(8,8,8,1,'shapes-3','predict','e414b25c80d4',454078375,'2.13.0+fake','2026-11-17 00:02:58.000000','2026-11-17','4',1,5,40000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-17", "reviewed_on": "2026-11-16", "lapses": 0, "drilling": false}','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-23", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(9,9,9,1,'shapes-4','predict','c17d2e6a9fe1',1412164336,'2.13.0+fake','2026-11-17 00:03:01.000000','2026-11-17','4',1,5,3000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-17", "reviewed_on": "2026-11-16", "lapses": 0, "drilling": false}','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-23", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(10,10,11,1,'shapes-5','predict','b4476565bf40',244169000,'2.13.0+fake','2026-11-17 00:04:21.000000','2026-11-17','4',1,2,80000,2,0,0,0,'sm2','{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-17", "reviewed_on": "2026-11-16", "lapses": 0, "drilling": false}','{"repetitions": 0, "easiness": 260, "interval_days": 1, "due_on": "2026-11-18", "reviewed_on": "2026-11-17", "lapses": 1, "drilling": true}');
INSERT INTO "reviews" VALUES(11,11,12,1,'views','choice','cf601f0b867a',1973935420,'2.13.0+fake','2026-11-17 00:04:24.000000','2026-11-17','1',0,1,3000,1,0,0,0,'sm2',NULL,'{"repetitions": 0, "easiness": 250, "interval_days": 1, "due_on": "2026-11-18", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": true}');
INSERT INTO "reviews" VALUES(12,13,13,1,'shapes-5','predict','b4476565bf40',1801055825,'2.13.0+fake','2026-11-17 00:04:27.000000','2026-11-17','4',1,5,3000,1,0,0,1,'sm2','{"repetitions": 0, "easiness": 260, "interval_days": 1, "due_on": "2026-11-18", "reviewed_on": "2026-11-17", "lapses": 1, "drilling": true}','{"repetitions": 0, "easiness": 260, "interval_days": 1, "due_on": "2026-11-18", "reviewed_on": "2026-11-17", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(13,14,14,1,'views','choice','cf601f0b867a',4203873,'2.13.0+fake','2026-11-17 00:04:30.000000','2026-11-17','0',1,4,3000,1,0,0,1,'sm2','{"repetitions": 0, "easiness": 250, "interval_days": 1, "due_on": "2026-11-18", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": true}','{"repetitions": 0, "easiness": 250, "interval_days": 1, "due_on": "2026-11-18", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(14,15,15,2,'shapes-1','predict','4efc6eee95a5',1957951239,'2.13.0+fake','2026-11-18 00:05:10.000000','2026-11-18','4',1,5,40000,1,0,0,0,'sm2',NULL,'{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-19", "reviewed_on": "2026-11-18", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(15,16,16,2,'shapes-2','predict','b1046585d052',877007318,'2.13.0+fake','2026-11-18 00:05:50.000000','2026-11-18','4',1,5,40000,1,0,0,0,'sm2',NULL,'{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-19", "reviewed_on": "2026-11-18", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(16,17,17,2,'shapes-3','predict','e414b25c80d4',549768009,'2.13.0+fake','2026-11-18 00:05:53.000000','2026-11-18','4',1,5,3000,1,0,0,0,'sm2',NULL,'{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-19", "reviewed_on": "2026-11-18", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(17,18,18,2,'shapes-4','predict','c17d2e6a9fe1',1403295932,'2.13.0+fake','2026-11-18 00:06:33.000000','2026-11-18','4',1,5,40000,1,0,0,0,'sm2',NULL,'{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-19", "reviewed_on": "2026-11-18", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(18,19,19,2,'shapes-5','predict','b4476565bf40',2117244175,'2.13.0+fake','2026-11-18 00:07:13.000000','2026-11-18','4',1,5,40000,1,0,0,0,'sm2',NULL,'{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-19", "reviewed_on": "2026-11-18", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(19,20,20,1,'shapes-5','predict','b4476565bf40',1921289676,'2.13.0+fake','2026-11-19 00:07:53.000000','2026-11-19','4',1,3,40000,1,0,0,0,'sm2','{"repetitions": 0, "easiness": 260, "interval_days": 1, "due_on": "2026-11-18", "reviewed_on": "2026-11-17", "lapses": 1, "drilling": false}','{"repetitions": 1, "easiness": 246, "interval_days": 1, "due_on": "2026-11-20", "reviewed_on": "2026-11-19", "lapses": 1, "drilling": true}');
INSERT INTO "reviews" VALUES(20,21,21,1,'views','choice','cf601f0b867a',1196270695,'2.13.0+fake','2026-11-19 00:08:02.000000','2026-11-19','0',1,4,9000,1,0,0,0,'sm2','{"repetitions": 0, "easiness": 250, "interval_days": 1, "due_on": "2026-11-18", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": false}','{"repetitions": 1, "easiness": 250, "interval_days": 1, "due_on": "2026-11-20", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(21,22,22,1,'shapes-5','predict','b4476565bf40',589259364,'2.13.0+fake','2026-11-19 00:08:11.000000','2026-11-19','4',1,5,9000,1,0,0,1,'sm2','{"repetitions": 1, "easiness": 246, "interval_days": 1, "due_on": "2026-11-20", "reviewed_on": "2026-11-19", "lapses": 1, "drilling": true}','{"repetitions": 1, "easiness": 246, "interval_days": 1, "due_on": "2026-11-20", "reviewed_on": "2026-11-19", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(22,23,23,2,'shapes-1','predict','4efc6eee95a5',1850159422,'2.13.0+fake','2026-11-19 00:08:14.000000','2026-11-19','4',1,5,3000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-19", "reviewed_on": "2026-11-18", "lapses": 0, "drilling": false}','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-25", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(23,24,24,2,'shapes-2','predict','b1046585d052',972052291,'2.13.0+fake','2026-11-19 00:08:17.000000','2026-11-19','4',1,5,3000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-19", "reviewed_on": "2026-11-18", "lapses": 0, "drilling": false}','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-25", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(24,25,25,2,'shapes-3','predict','e414b25c80d4',457164376,'2.13.0+fake','2026-11-19 00:08:26.000000','2026-11-19','4',1,5,9000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-19", "reviewed_on": "2026-11-18", "lapses": 0, "drilling": false}','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-25", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(25,26,26,2,'shapes-4','predict','c17d2e6a9fe1',657352787,'2.13.0+fake','2026-11-19 00:08:35.000000','2026-11-19','4',1,5,9000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-19", "reviewed_on": "2026-11-18", "lapses": 0, "drilling": false}','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-25", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(26,27,27,2,'shapes-5','predict','b4476565bf40',1390656512,'2.13.0+fake','2026-11-19 00:08:44.000000','2026-11-19','4',1,5,9000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 260, "interval_days": 1, "due_on": "2026-11-19", "reviewed_on": "2026-11-18", "lapses": 0, "drilling": false}','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-25", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(27,28,28,2,'views','choice','cf601f0b867a',1015965787,'2.13.0+fake','2026-11-19 00:08:47.000000','2026-11-19','0',1,4,3000,1,0,0,0,'sm2',NULL,'{"repetitions": 1, "easiness": 250, "interval_days": 1, "due_on": "2026-11-20", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(28,29,29,1,'shapes-5','predict','b4476565bf40',368997070,'2.13.0+fake','2026-11-20 00:08:56.000000','2026-11-20','4',1,5,9000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 246, "interval_days": 1, "due_on": "2026-11-20", "reviewed_on": "2026-11-19", "lapses": 1, "drilling": false}','{"repetitions": 2, "easiness": 256, "interval_days": 6, "due_on": "2026-11-26", "reviewed_on": "2026-11-20", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(29,30,30,1,'views','choice','cf601f0b867a',1306701493,'2.13.0+fake','2026-11-20 00:09:05.000000','2026-11-20','0',1,4,9000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 250, "interval_days": 1, "due_on": "2026-11-20", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}','{"repetitions": 2, "easiness": 250, "interval_days": 6, "due_on": "2026-11-26", "reviewed_on": "2026-11-20", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(30,31,31,2,'views','choice','cf601f0b867a',1912249338,'2.13.0+fake','2026-11-20 00:09:08.000000','2026-11-20','1',0,1,3000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 250, "interval_days": 1, "due_on": "2026-11-20", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}','{"repetitions": 0, "easiness": 250, "interval_days": 1, "due_on": "2026-11-21", "reviewed_on": "2026-11-20", "lapses": 1, "drilling": true}');
INSERT INTO "reviews" VALUES(31,32,32,2,'views','choice','cf601f0b867a',916005296,'2.13.0+fake','2026-11-20 00:09:48.000000','2026-11-20','1',0,1,40000,1,0,0,1,'sm2','{"repetitions": 0, "easiness": 250, "interval_days": 1, "due_on": "2026-11-21", "reviewed_on": "2026-11-20", "lapses": 1, "drilling": true}','{"repetitions": 0, "easiness": 250, "interval_days": 1, "due_on": "2026-11-21", "reviewed_on": "2026-11-20", "lapses": 1, "drilling": true}');
INSERT INTO "reviews" VALUES(32,33,33,2,'views','choice','cf601f0b867a',38784875,'2.13.0+fake','2026-11-20 00:09:57.000000','2026-11-20','0',1,4,9000,1,0,0,1,'sm2','{"repetitions": 0, "easiness": 250, "interval_days": 1, "due_on": "2026-11-21", "reviewed_on": "2026-11-20", "lapses": 1, "drilling": true}','{"repetitions": 0, "easiness": 250, "interval_days": 1, "due_on": "2026-11-21", "reviewed_on": "2026-11-20", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(33,34,34,2,'views','choice','cf601f0b867a',1946391821,'2.13.0+fake','2026-11-21 00:10:06.000000','2026-11-21','0',1,4,9000,1,0,0,0,'sm2','{"repetitions": 0, "easiness": 250, "interval_days": 1, "due_on": "2026-11-21", "reviewed_on": "2026-11-20", "lapses": 1, "drilling": false}','{"repetitions": 1, "easiness": 250, "interval_days": 1, "due_on": "2026-11-22", "reviewed_on": "2026-11-21", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(34,35,35,2,'views','choice','cf601f0b867a',1699832812,'2.13.0+fake','2026-11-22 00:10:46.000000','2026-11-22','0',1,4,40000,1,0,0,0,'sm2','{"repetitions": 1, "easiness": 250, "interval_days": 1, "due_on": "2026-11-22", "reviewed_on": "2026-11-21", "lapses": 1, "drilling": false}','{"repetitions": 2, "easiness": 250, "interval_days": 6, "due_on": "2026-11-28", "reviewed_on": "2026-11-22", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(35,36,37,1,'shapes-1','predict','4efc6eee95a5',1823260774,'2.13.0+fake','2026-11-24 00:11:35.000000','2026-11-24','4',1,2,49000,2,0,0,0,'sm2','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-23", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": false}','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-25", "reviewed_on": "2026-11-24", "lapses": 1, "drilling": true}');
INSERT INTO "reviews" VALUES(36,37,38,1,'shapes-2','predict','b1046585d052',792322794,'2.13.0+fake','2026-11-24 00:12:15.000000','2026-11-24','4',1,3,40000,1,0,0,0,'sm2','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-23", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": false}','{"repetitions": 3, "easiness": 256, "interval_days": 16, "due_on": "2026-12-10", "reviewed_on": "2026-11-24", "lapses": 0, "drilling": true}');
INSERT INTO "reviews" VALUES(37,38,39,1,'shapes-3','predict','e414b25c80d4',1359325894,'2.13.0+fake','2026-11-24 00:12:24.000000','2026-11-24','4',1,5,9000,1,0,0,0,'sm2','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-23", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": false}','{"repetitions": 3, "easiness": 280, "interval_days": 17, "due_on": "2026-12-11", "reviewed_on": "2026-11-24", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(38,39,40,1,'shapes-4','predict','c17d2e6a9fe1',1768774466,'2.13.0+fake','2026-11-24 00:13:04.000000','2026-11-24','4',1,3,40000,1,0,0,0,'sm2','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-23", "reviewed_on": "2026-11-17", "lapses": 0, "drilling": false}','{"repetitions": 3, "easiness": 256, "interval_days": 16, "due_on": "2026-12-10", "reviewed_on": "2026-11-24", "lapses": 0, "drilling": true}');
INSERT INTO "reviews" VALUES(39,40,41,1,'shapes-1','predict','4efc6eee95a5',752038401,'2.13.0+fake','2026-11-24 00:13:07.000000','2026-11-24','4',1,5,3000,1,0,0,1,'sm2','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-25", "reviewed_on": "2026-11-24", "lapses": 1, "drilling": true}','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-25", "reviewed_on": "2026-11-24", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(40,41,42,1,'shapes-2','predict','b1046585d052',1001252904,'2.13.0+fake','2026-11-24 00:13:16.000000','2026-11-24','4',1,5,9000,1,0,0,1,'sm2','{"repetitions": 3, "easiness": 256, "interval_days": 16, "due_on": "2026-12-10", "reviewed_on": "2026-11-24", "lapses": 0, "drilling": true}','{"repetitions": 3, "easiness": 256, "interval_days": 16, "due_on": "2026-12-10", "reviewed_on": "2026-11-24", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(41,42,43,1,'shapes-4','predict','c17d2e6a9fe1',1766110569,'2.13.0+fake','2026-11-24 00:13:19.000000','2026-11-24','4',1,5,3000,1,0,0,1,'sm2','{"repetitions": 3, "easiness": 256, "interval_days": 16, "due_on": "2026-12-10", "reviewed_on": "2026-11-24", "lapses": 0, "drilling": true}','{"repetitions": 3, "easiness": 256, "interval_days": 16, "due_on": "2026-12-10", "reviewed_on": "2026-11-24", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(42,43,44,1,'shapes-1','predict','4efc6eee95a5',1445952040,'2.13.0+fake','2026-11-25 00:13:22.000000','2026-11-25','4',1,5,3000,1,0,0,0,'sm2','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-25", "reviewed_on": "2026-11-24", "lapses": 1, "drilling": false}','{"repetitions": 1, "easiness": 280, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(43,44,46,2,'shapes-1','predict','4efc6eee95a5',918610394,'2.13.0+fake','2026-11-25 00:14:05.000000','2026-11-25','4',1,2,43000,2,0,0,0,'sm2','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-25", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": true}');
INSERT INTO "reviews" VALUES(44,45,48,2,'shapes-2','predict','b1046585d052',2052144525,'2.13.0+fake','2026-11-25 00:14:54.000000','2026-11-25','5',0,1,49000,2,0,0,0,'sm2','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-25", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": true}');
INSERT INTO "reviews" VALUES(45,46,49,2,'shapes-3','predict','e414b25c80d4',856889879,'2.13.0+fake','2026-11-25 00:14:57.000000','2026-11-25','4',1,5,3000,1,0,0,0,'sm2','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-25", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}','{"repetitions": 3, "easiness": 280, "interval_days": 17, "due_on": "2026-12-12", "reviewed_on": "2026-11-25", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(46,47,50,2,'shapes-4','predict','c17d2e6a9fe1',99598207,'2.13.0+fake','2026-11-25 00:15:00.000000','2026-11-25','4',1,5,3000,1,0,0,0,'sm2','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-25", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}','{"repetitions": 3, "easiness": 280, "interval_days": 17, "due_on": "2026-12-12", "reviewed_on": "2026-11-25", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(47,48,51,2,'shapes-5','predict','b4476565bf40',1710797356,'2.13.0+fake','2026-11-25 00:15:40.000000','2026-11-25','4',1,3,40000,1,0,0,0,'sm2','{"repetitions": 2, "easiness": 270, "interval_days": 6, "due_on": "2026-11-25", "reviewed_on": "2026-11-19", "lapses": 0, "drilling": false}','{"repetitions": 3, "easiness": 256, "interval_days": 16, "due_on": "2026-12-11", "reviewed_on": "2026-11-25", "lapses": 0, "drilling": true}');
INSERT INTO "reviews" VALUES(48,49,53,2,'shapes-1','predict','4efc6eee95a5',425915346,'2.13.0+fake','2026-11-25 00:15:52.000000','2026-11-25','4',1,2,12000,2,0,0,1,'sm2','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": true}','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": true}');
INSERT INTO "reviews" VALUES(49,50,54,2,'shapes-2','predict','b1046585d052',77811614,'2.13.0+fake','2026-11-25 00:15:55.000000','2026-11-25','4',1,5,3000,1,0,0,1,'sm2','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": true}','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(50,51,55,2,'shapes-5','predict','b4476565bf40',214997592,'2.13.0+fake','2026-11-25 00:16:35.000000','2026-11-25','4',1,3,40000,1,0,0,1,'sm2','{"repetitions": 3, "easiness": 256, "interval_days": 16, "due_on": "2026-12-11", "reviewed_on": "2026-11-25", "lapses": 0, "drilling": true}','{"repetitions": 3, "easiness": 256, "interval_days": 16, "due_on": "2026-12-11", "reviewed_on": "2026-11-25", "lapses": 0, "drilling": true}');
INSERT INTO "reviews" VALUES(51,52,56,2,'shapes-1','predict','4efc6eee95a5',1720818716,'2.13.0+fake','2026-11-25 00:17:15.000000','2026-11-25','4',1,3,40000,1,0,0,1,'sm2','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": true}','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": true}');
INSERT INTO "reviews" VALUES(52,53,57,2,'shapes-5','predict','b4476565bf40',1942158016,'2.13.0+fake','2026-11-25 00:17:18.000000','2026-11-25','4',1,5,3000,1,0,0,1,'sm2','{"repetitions": 3, "easiness": 256, "interval_days": 16, "due_on": "2026-12-11", "reviewed_on": "2026-11-25", "lapses": 0, "drilling": true}','{"repetitions": 3, "easiness": 256, "interval_days": 16, "due_on": "2026-12-11", "reviewed_on": "2026-11-25", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(53,54,59,2,'shapes-1','predict','4efc6eee95a5',785444098,'2.13.0+fake','2026-11-25 00:18:38.000000','2026-11-25','4',1,2,80000,2,0,0,1,'sm2','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": true}','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": true}');
INSERT INTO "reviews" VALUES(54,55,60,2,'shapes-1','predict','4efc6eee95a5',1788453690,'2.13.0+fake','2026-11-25 00:18:41.000000','2026-11-25','4',1,5,3000,1,0,0,1,'sm2','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": true}','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(55,56,62,1,'shapes-1','predict','4efc6eee95a5',321742275,'2.13.0+fake','2026-11-26 00:19:30.000000','2026-11-26','4',1,2,49000,2,0,0,0,'sm2','{"repetitions": 1, "easiness": 280, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": false}','{"repetitions": 0, "easiness": 280, "interval_days": 1, "due_on": "2026-11-27", "reviewed_on": "2026-11-26", "lapses": 2, "drilling": true}');
INSERT INTO "reviews" VALUES(56,57,63,1,'shapes-5','predict','b4476565bf40',423295255,'2.13.0+fake','2026-11-26 00:19:39.000000','2026-11-26','4',1,5,9000,1,0,0,0,'sm2','{"repetitions": 2, "easiness": 256, "interval_days": 6, "due_on": "2026-11-26", "reviewed_on": "2026-11-20", "lapses": 1, "drilling": false}','{"repetitions": 3, "easiness": 266, "interval_days": 16, "due_on": "2026-12-12", "reviewed_on": "2026-11-26", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(57,58,64,1,'views','choice','cf601f0b867a',1544831763,'2.13.0+fake','2026-11-26 00:20:19.000000','2026-11-26','0',1,4,40000,1,0,0,0,'sm2','{"repetitions": 2, "easiness": 250, "interval_days": 6, "due_on": "2026-11-26", "reviewed_on": "2026-11-20", "lapses": 0, "drilling": false}','{"repetitions": 3, "easiness": 250, "interval_days": 15, "due_on": "2026-12-11", "reviewed_on": "2026-11-26", "lapses": 0, "drilling": false}');
INSERT INTO "reviews" VALUES(58,59,65,1,'shapes-1','predict','4efc6eee95a5',1063656531,'2.13.0+fake','2026-11-26 00:20:22.000000','2026-11-26','4',1,5,3000,1,0,0,1,'sm2','{"repetitions": 0, "easiness": 280, "interval_days": 1, "due_on": "2026-11-27", "reviewed_on": "2026-11-26", "lapses": 2, "drilling": true}','{"repetitions": 0, "easiness": 280, "interval_days": 1, "due_on": "2026-11-27", "reviewed_on": "2026-11-26", "lapses": 2, "drilling": false}');
INSERT INTO "reviews" VALUES(59,60,66,2,'shapes-1','predict','4efc6eee95a5',1802917114,'2.13.0+fake','2026-11-26 00:20:25.000000','2026-11-26','4',1,5,3000,1,0,0,0,'sm2','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": false}','{"repetitions": 1, "easiness": 280, "interval_days": 1, "due_on": "2026-11-27", "reviewed_on": "2026-11-26", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(60,61,67,2,'shapes-2','predict','b1046585d052',273374219,'2.13.0+fake','2026-11-26 00:21:05.000000','2026-11-26','4',1,3,40000,1,0,0,0,'sm2','{"repetitions": 0, "easiness": 270, "interval_days": 1, "due_on": "2026-11-26", "reviewed_on": "2026-11-25", "lapses": 1, "drilling": false}','{"repetitions": 1, "easiness": 256, "interval_days": 1, "due_on": "2026-11-27", "reviewed_on": "2026-11-26", "lapses": 1, "drilling": true}');
INSERT INTO "reviews" VALUES(61,62,68,2,'shapes-2','predict','b1046585d052',819335073,'2.13.0+fake','2026-11-26 00:21:08.000000','2026-11-26','4',1,5,3000,1,0,0,1,'sm2','{"repetitions": 1, "easiness": 256, "interval_days": 1, "due_on": "2026-11-27", "reviewed_on": "2026-11-26", "lapses": 1, "drilling": true}','{"repetitions": 1, "easiness": 256, "interval_days": 1, "due_on": "2026-11-27", "reviewed_on": "2026-11-26", "lapses": 1, "drilling": false}');
INSERT INTO "reviews" VALUES(62,63,69,1,'shapes-1','predict','4efc6eee95a5',2108734591,'2.13.0+fake','2026-11-27 00:21:17.000000','2026-11-27','4',1,5,9000,1,0,0,0,'sm2','{"repetitions": 0, "easiness": 280, "interval_days": 1, "due_on": "2026-11-27", "reviewed_on": "2026-11-26", "lapses": 2, "drilling": false}','{"repetitions": 1, "easiness": 290, "interval_days": 1, "due_on": "2026-11-28", "reviewed_on": "2026-11-27", "lapses": 2, "drilling": false}');
CREATE TABLE showings (
	id INTEGER NOT NULL, 
	quiz_id INTEGER NOT NULL, 
	learner_id INTEGER NOT NULL, 
	card_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	drill BOOLEAN NOT NULL, 
	revision TEXT, 
	seed BIGINT, 
	run JSON, 
	asked_at DATETIME, 
	message_id BIGINT, 
	attempts INTEGER NOT NULL, 
	hints INTEGER NOT NULL, 
	grade SMALLINT, 
	settled BOOLEAN NOT NULL, 
	CONSTRAINT pk_showings PRIMARY KEY (id), 
	CONSTRAINT uq_showings_quiz_id_position UNIQUE (quiz_id, position), 
	CONSTRAINT fk_showings_quiz_id FOREIGN KEY(quiz_id) REFERENCES quizzes (id) ON DELETE CASCADE, 
	CONSTRAINT fk_showings_learner_id FOREIGN KEY(learner_id) REFERENCES learners (id) ON DELETE CASCADE, 
	CONSTRAINT ck_showings_position CHECK (position >= 0), 
	CONSTRAINT ck_showings_attempts CHECK (attempts >= 0), 
	CONSTRAINT ck_showings_hints CHECK (hints >= 0), 
	CONSTRAINT ck_showings_grade CHECK (grade BETWEEN 0 AND 5), 
	CONSTRAINT ck_showings_graded_when_settled CHECK (grade IS NULL OR settled), 
	CONSTRAINT ck_showings_asked CHECK ((asked_at IS NULL AND revision IS NULL AND seed IS NULL AND run IS NULL) OR (asked_at IS NOT NULL AND revision IS NOT NULL AND seed IS NOT NULL AND run IS NOT NULL))
);
INSERT INTO "showings" VALUES(1,1,1,'shapes-1',0,0,'4efc6eee95a5',589469373,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-16 00:00:00.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(2,1,1,'shapes-2',1,0,'b1046585d052',596958693,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-16 00:00:03.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(3,1,1,'shapes-3',2,0,'e414b25c80d4',2097048031,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-16 00:00:06.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(4,1,1,'shapes-4',3,0,'c17d2e6a9fe1',890574695,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-16 00:00:46.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(5,1,1,'shapes-5',4,0,'b4476565bf40',662575637,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-16 00:01:26.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(6,2,1,'shapes-1',0,0,'4efc6eee95a5',39306100,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-17 00:02:06.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(7,2,1,'shapes-2',1,0,'b1046585d052',331386436,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-17 00:02:09.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(8,2,1,'shapes-3',2,0,'e414b25c80d4',454078375,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-17 00:02:18.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(9,2,1,'shapes-4',3,0,'c17d2e6a9fe1',1412164336,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-17 00:02:58.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(10,2,1,'shapes-5',4,0,'b4476565bf40',244169000,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-17 00:03:01.000000',NULL,2,0,2,1);
INSERT INTO "showings" VALUES(11,2,1,'views',5,0,'cf601f0b867a',1973935420,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-17 00:04:21.000000',NULL,1,0,1,1);
INSERT INTO "showings" VALUES(12,2,1,'copies',6,0,NULL,NULL,NULL,NULL,NULL,0,0,NULL,1);
INSERT INTO "showings" VALUES(13,2,1,'shapes-5',7,1,'b4476565bf40',1801055825,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-17 00:04:24.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(14,2,1,'views',8,1,'cf601f0b867a',4203873,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-17 00:04:27.000000',NULL,1,0,4,1);
INSERT INTO "showings" VALUES(15,3,2,'shapes-1',0,0,'4efc6eee95a5',1957951239,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-18 00:04:30.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(16,3,2,'shapes-2',1,0,'b1046585d052',877007318,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-18 00:05:10.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(17,3,2,'shapes-3',2,0,'e414b25c80d4',549768009,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-18 00:05:50.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(18,3,2,'shapes-4',3,0,'c17d2e6a9fe1',1403295932,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-18 00:05:53.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(19,3,2,'shapes-5',4,0,'b4476565bf40',2117244175,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-18 00:06:33.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(20,4,1,'shapes-5',0,0,'b4476565bf40',1921289676,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-19 00:07:13.000000',NULL,1,0,3,1);
INSERT INTO "showings" VALUES(21,4,1,'views',1,0,'cf601f0b867a',1196270695,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-19 00:07:53.000000',NULL,1,0,4,1);
INSERT INTO "showings" VALUES(22,4,1,'shapes-5',2,1,'b4476565bf40',589259364,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-19 00:08:02.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(23,5,2,'shapes-1',0,0,'4efc6eee95a5',1850159422,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-19 00:08:11.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(24,5,2,'shapes-2',1,0,'b1046585d052',972052291,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-19 00:08:14.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(25,5,2,'shapes-3',2,0,'e414b25c80d4',457164376,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-19 00:08:17.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(26,5,2,'shapes-4',3,0,'c17d2e6a9fe1',657352787,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-19 00:08:26.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(27,5,2,'shapes-5',4,0,'b4476565bf40',1390656512,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-19 00:08:35.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(28,5,2,'views',5,0,'cf601f0b867a',1015965787,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-19 00:08:44.000000',NULL,1,0,4,1);
INSERT INTO "showings" VALUES(29,6,1,'shapes-5',0,0,'b4476565bf40',368997070,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-20 00:08:47.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(30,6,1,'views',1,0,'cf601f0b867a',1306701493,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-20 00:08:56.000000',NULL,1,0,4,1);
INSERT INTO "showings" VALUES(31,7,2,'views',0,0,'cf601f0b867a',1912249338,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-20 00:09:05.000000',NULL,1,0,1,1);
INSERT INTO "showings" VALUES(32,7,2,'views',1,1,'cf601f0b867a',916005296,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-20 00:09:08.000000',NULL,1,0,1,1);
INSERT INTO "showings" VALUES(33,7,2,'views',2,1,'cf601f0b867a',38784875,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-20 00:09:48.000000',NULL,1,0,4,1);
INSERT INTO "showings" VALUES(34,8,2,'views',0,0,'cf601f0b867a',1946391821,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-21 00:09:57.000000',NULL,1,0,4,1);
INSERT INTO "showings" VALUES(35,9,2,'views',0,0,'cf601f0b867a',1699832812,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-22 00:10:06.000000',NULL,1,0,4,1);
INSERT INTO "showings" VALUES(36,10,1,'shapes-1',0,0,'4efc6eee95a5',1823260774,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-24 00:10:46.000000',NULL,2,0,2,1);
INSERT INTO "showings" VALUES(37,10,1,'shapes-2',1,0,'b1046585d052',792322794,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-24 00:11:35.000000',NULL,1,0,3,1);
INSERT INTO "showings" VALUES(38,10,1,'shapes-3',2,0,'e414b25c80d4',1359325894,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-24 00:12:15.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(39,10,1,'shapes-4',3,0,'c17d2e6a9fe1',1768774466,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-24 00:12:24.000000',NULL,1,0,3,1);
INSERT INTO "showings" VALUES(40,10,1,'shapes-1',4,1,'4efc6eee95a5',752038401,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-24 00:13:04.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(41,10,1,'shapes-2',5,1,'b1046585d052',1001252904,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-24 00:13:07.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(42,10,1,'shapes-4',6,1,'c17d2e6a9fe1',1766110569,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-24 00:13:16.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(43,11,1,'shapes-1',0,0,'4efc6eee95a5',1445952040,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:13:19.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(44,12,2,'shapes-1',0,0,'4efc6eee95a5',918610394,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:13:22.000000',NULL,2,0,2,1);
INSERT INTO "showings" VALUES(45,12,2,'shapes-2',1,0,'b1046585d052',2052144525,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:14:05.000000',NULL,2,0,1,1);
INSERT INTO "showings" VALUES(46,12,2,'shapes-3',2,0,'e414b25c80d4',856889879,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:14:54.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(47,12,2,'shapes-4',3,0,'c17d2e6a9fe1',99598207,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:14:57.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(48,12,2,'shapes-5',4,0,'b4476565bf40',1710797356,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:15:00.000000',NULL,1,0,3,1);
INSERT INTO "showings" VALUES(49,12,2,'shapes-1',5,1,'4efc6eee95a5',425915346,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:15:40.000000',NULL,2,0,2,1);
INSERT INTO "showings" VALUES(50,12,2,'shapes-2',6,1,'b1046585d052',77811614,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:15:52.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(51,12,2,'shapes-5',7,1,'b4476565bf40',214997592,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:15:55.000000',NULL,1,0,3,1);
INSERT INTO "showings" VALUES(52,12,2,'shapes-1',8,1,'4efc6eee95a5',1720818716,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:16:35.000000',NULL,1,0,3,1);
INSERT INTO "showings" VALUES(53,12,2,'shapes-5',9,1,'b4476565bf40',1942158016,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:17:15.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(54,12,2,'shapes-1',10,1,'4efc6eee95a5',785444098,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:17:18.000000',NULL,2,0,2,1);
INSERT INTO "showings" VALUES(55,12,2,'shapes-1',11,1,'4efc6eee95a5',1788453690,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-25 00:18:38.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(56,13,1,'shapes-1',0,0,'4efc6eee95a5',321742275,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-26 00:18:41.000000',NULL,2,0,2,1);
INSERT INTO "showings" VALUES(57,13,1,'shapes-5',1,0,'b4476565bf40',423295255,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-26 00:19:30.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(58,13,1,'views',2,0,'cf601f0b867a',1544831763,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-26 00:19:39.000000',NULL,1,0,4,1);
INSERT INTO "showings" VALUES(59,13,1,'shapes-1',3,1,'4efc6eee95a5',1063656531,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-26 00:20:19.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(60,14,2,'shapes-1',0,0,'4efc6eee95a5',1802917114,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-26 00:20:22.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(61,14,2,'shapes-2',1,0,'b1046585d052',273374219,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-26 00:20:25.000000',NULL,1,0,3,1);
INSERT INTO "showings" VALUES(62,14,2,'shapes-2',2,1,'b1046585d052',819335073,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-26 00:21:05.000000',NULL,1,0,5,1);
INSERT INTO "showings" VALUES(63,15,1,'shapes-1',0,0,'4efc6eee95a5',2108734591,'{"status": "ok", "stdout": "", "stderr": "", "value": 4, "error": null, "wall_ms": 0.0, "device": "cpu", "torch_version": "2.13.0+fake"}','2026-11-27 00:21:08.000000',NULL,1,0,5,1);
CREATE TABLE updates (
	id INTEGER NOT NULL, 
	update_id BIGINT NOT NULL, 
	body JSON, 
	received_at DATETIME NOT NULL, 
	tries INTEGER NOT NULL, 
	finished BOOLEAN NOT NULL, 
	CONSTRAINT pk_updates PRIMARY KEY (id), 
	CONSTRAINT uq_updates_update_id UNIQUE (update_id), 
	CONSTRAINT ck_updates_tries CHECK (tries >= 0), 
	CONSTRAINT ck_updates_body CHECK (finished OR body IS NOT NULL)
);
INSERT INTO "updates" VALUES(1,9001,'{"update_id": 9001, "message": {"text": "left behind", "chat": {"id": 1001}}}','2026-11-28 00:21:17.000000',0,0);
CREATE INDEX ix_learners_reachable_next_reminder_at ON learners (reachable, next_reminder_at);
CREATE INDEX ix_showings_learner_id_card_id ON showings (learner_id, card_id);
CREATE INDEX ix_attempts_showing_id ON attempts (showing_id);
CREATE INDEX ix_hints_showing_id ON hints (showing_id);
CREATE INDEX ix_reviews_learner_id_kind ON reviews (learner_id, kind);
CREATE TRIGGER reviews_stay_as_they_are BEFORE UPDATE ON reviews BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
CREATE TRIGGER reviews_stay BEFORE DELETE ON reviews WHEN EXISTS (SELECT 1 FROM learners WHERE id = OLD.learner_id) BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
CREATE INDEX ix_memories_learner_id_due_on ON memories (learner_id, due_on);
CREATE INDEX ix_updates_unhandled ON updates (id) WHERE finished = 0;
COMMIT;
