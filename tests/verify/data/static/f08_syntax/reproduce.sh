echo hi
>>>END
