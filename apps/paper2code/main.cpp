// The paper2code program.
int main() { return 0; }
