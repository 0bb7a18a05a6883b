from sub.x import X
