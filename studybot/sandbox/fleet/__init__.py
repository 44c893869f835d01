"""The fleet: snippets run on workers elsewhere, by Celery over Redis, behind the same port as the local pool.

    async with Fleet("redis://broker/0") as fleet:      # the bot's side; implements ports.Runner
        result = await fleet.run(Snippet("torch.ones(3).sum()"), asked_by="learner 7")

    STUDYBOT_BROKER_URL=redis://broker/0 studybot worker      # a worker: a pool of jails, no token, no database

How a run travels:

1. The bot writes a **ticket** for the job (its age is what is left of the job's time) and puts the job, as a message
   for Celery, into the queue of its device and priority: both in one trip, both or neither.
2. A worker takes the message and looks at the ticket. None: nobody waits for this job any more, since its deadline
   has passed or the bot gave it up; it is not run. An answer: it was run before, and is only told again. Else it
   puts its name on the ticket, runs the snippet in its own jail, writes the answer to the ticket and tells the bot's
   list of replies.
3. The bot hears the reply. Every second it looks after its open tickets: one that is gone (Redis lost it) or bears
   the name of a worker that is gone is sent again. Celery's own visibility timeout does the same, later, for
   messages of a bot that is gone as well.

So a job may be sent twice and run twice, but has one answer. Redis alone counts ages: no two clocks are compared.

On the bot's side: client (the runner). On a worker: worker, celery_app (Celery's settings), tickets. On both sides:
broker (names, and how a job is put into its queue), job (what is said, as plain JSON) and roster (who works).
"""

from studybot.sandbox.fleet.client import Fleet

__all__ = ["Fleet"]
