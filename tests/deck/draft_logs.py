"""Study logs as people write them, invented: none of these days, people and links exists."""

PEOPLE = ("한가온", "가온", "Marlow", "Ottilie", "박노을", "노을", "서이든", "quillfeather")
"""Everybody who is named in these logs."""

PRIVATE = ("notion.site", "secret-page", "velog.io", "@quillfeather", "https", "example.org")

KOREAN = """\
---
title: "[Day 3] 학습 기록"
date: 2031-03-05 23:00:00 +0900
tags: [til]   # 박노을
---
## 오늘 한 일
- 강의 듣기
- `view`를 쓰면 오류가 발생하는 과제 제출

## 정리
오늘은 비가 와서 기분이 가라앉았다. 그래도 `view`는 좋았다.\x20\x20
`view`는 stride가 맞지 않으면 RuntimeError를 발생시킨다.\x20\x20
한가온 멘토님께서 `reshape`은 필요하면 복사하기 때문일 것이라고 추측하셨다.\x20\x20
노을이가 알려준 대로 `reshape`을 쓰면 항상 복사가 발생한다.\x20\x20
박노을이 `view`는 텐서를 복사하지 않는다고 했다.
- **stride**: 한 칸 옮길 때 메모리에서 건너뛰는 원소의 수이다.
- Backward
    - 파라미터의 미분을 계산해서 쌓아 두는 함수
- 왜 `backward`를 두 번 부르면 오류가 나는가?
    - 서이든: 그래프의 버퍼가 지워지기 때문인 것 같다. `retain_graph=True`를 주면 된다.

        ```python
        x = torch.ones(2, requires_grad=True)  # 서이든이 만든 예
        y = (x * 3).sum()
        y.backward()
        x.grad    # tensor([3., 3.])
        ```

+ ##### 키워드: Stride, 나의 장점, Backward

## 회고
`view`를 왜 쓰는지 몰라서 부끄러웠다. [노트](https://notion.site/secret-page-1)
"""

LONGER = (
    KOREAN
    + """
Day 4 (3/6)
---
`requires_grad`가 True인 leaf tensor는 in-place 연산을 지원하지 않는다.
"""
)
"""The same log a day later: setext headings from there on, and no rule is front matter."""

ENGLISH = r"""Day 5 (2/3)
===

Today Marlow and I felt great about the lecture on `autograd`.

Marlow uses `view` because it never copies the memory.
`view` needs a tensor whose strides fit the new shape (see [Ottilie](https://velog.io/@quillfeather)).
Ottilie said that `reshape` always copies the tensor.
I guess that `zero_grad` is needed because `backward` adds to `.grad`.
Dataset subclasses must define \_\_getitem\_\_ when a DataLoader indexes them.

<h3 class="x"> Shapes </h3>

| what | value |
|------|-------|
| `view` returns | a tensor that shares memory |

```
x[0][0] - x[0][1] - x[1][0] - ..
```

```
x = torch.arange(6).reshape(2, 3)  # (2, 3)
print(x.sum())  # 16
x.t().view(6)  # RuntimeError
x.t()
# tensor([[0, 3],
#         [1, 4],
#         [2, 5]])
```

```python
y = x * 2
y.max()  # -> 10
torch.rand(1)  # tensor([0.5])
model(x)  # 3
```

```py
len("Marlow")  # 6
```

## Plan for tomorrow
- Why does `view` fail? Read https://example.org/view.
"""

BROKEN = """\
# 2031-04-01

- 예제

    ```python
    a = torch.tensor([2., 3.], requires_grad=True
    b = torch.tensor([6., 4.])
    a.grad    # None
    ```

`a.grad`는 `backward`를 부르기 전에는 None이다.
"""
